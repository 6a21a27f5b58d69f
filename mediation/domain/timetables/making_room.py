"""Making room for who found no hour: a session in the way, or two, goes to another hour or to somebody else.

Most of what the weightiest-first rule leaves over has an hour that one session blocks which could as well be elsewhere.
Finding these takes a second or two where a solver takes a minute; what is left over then is for the solver. Pure and
deterministic.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

from mediation.domain.timetables.first_fit import Board, by_weight
from mediation.domain.timetables.problem import Place, Problem, Sitting, Timetable, bits

# So many sessions are moved for one at most.
MOST_MOVED = 2
ROUNDS = 3


def with_room_made(problem: Problem, timetable: Timetable, *, go_on: Callable[[], bool] = lambda: True) -> Timetable:
    """Return a timetable worth at least as much; sessions announced already stay where they are.

    ``go_on`` says before each session whether there is time for it.
    """
    mover = _Mover(problem, timetable)
    for _ in range(ROUNDS):
        waiting = [sitting for sitting in by_weight(problem) if sitting.key not in mover.board.places]
        if not sum(go_on() and mover.place(sitting) for sitting in waiting):
            break
    return mover.board.places


class _Mover:
    """A board, and who holds which session on it."""

    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        self.board = Board(problem)
        self._problem = problem
        self._sittings = {sitting.key: sitting for sitting in problem.sittings}
        self._there = {person: bits(free) for person, free in problem.free.items()}
        self._of_person: dict[int, set[int]] = defaultdict(set)
        self._gaps: dict[tuple[int, int], int] = {}
        self._of_pool: dict[str, set[int]] = defaultdict(set)
        for key, place in timetable.items():
            self._take(self._sittings[key], place)

    def place(self, sitting: Sitting) -> bool:
        """Place a session, and others elsewhere for it; False when that would not be worth it."""
        found = self.board.earliest(sitting)
        if found is not None:
            self._take(sitting, found)
            return True
        return any(self._moved(sitting, place, blockers) for place, blockers in self._chances(sitting))

    def _chances(self, sitting: Sitting) -> Iterator[tuple[Place, list[int]]]:
        """Yield places of a session and what is in its way there, one session before two."""
        found = []
        for start in (step for first, end in sitting.starts for step in range(first, end)):
            if start + sitting.steps <= self._problem.horizon:
                found += list(self._chances_at(sitting, start))
        yield from sorted(found, key=lambda chance: (len(chance[1]), chance[0].start, chance[0].persons))

    def _chances_at(self, sitting: Sitting, start: int) -> Iterator[tuple[Place, list[int]]]:
        held = self._in_pools(sitting, start)
        rest = [self._least_blocked(able, sitting, start) for able in sitting.roles[1:]]
        if held is None or any(person is None for person in rest):
            return
        others = [person for person in rest if person is not None]
        for person in sitting.roles[0]:
            if not self._is_there(person, sitting, start):
                continue
            persons = (person, *others)
            blockers = held.union(*(self._blockers(each, sitting, start) for each in persons))
            if len(blockers) <= MOST_MOVED and not any(self._stands(key) for key in blockers):
                yield Place(start, persons), sorted(blockers)

    def _stands(self, key: int) -> bool:
        return self._sittings[key].before is not None

    def _least_blocked(self, able: tuple[int, ...], sitting: Sitting, start: int) -> int | None:
        there = [person for person in able if self._is_there(person, sitting, start)]
        return min(there, key=lambda person: (len(self._blockers(person, sitting, start)), person), default=None)

    def _is_there(self, person: int, sitting: Sitting, start: int) -> bool:
        span = (1 << (start + sitting.steps)) - (1 << start)
        return self._there.get(person, 0) & span == span

    def _blockers(self, person: int, sitting: Sitting, start: int) -> set[int]:
        """Return the sessions of a person in some hours, or too near to them."""
        found = set()
        for key in self._of_person[person]:
            other, place = self._sittings[key], self.board.places[key]
            gap = self._gap(sitting.place, other.place)
            if start < place.start + other.steps + gap and place.start < start + sitting.steps + gap:
                found.add(key)
        return found

    def _gap(self, one: int, other: int) -> int:
        if (one, other) not in self._gaps:
            self._gaps[one, other] = self._problem.gap(one, other)
        return self._gaps[one, other]

    def _in_pools(self, sitting: Sitting, start: int) -> set[int] | None:
        """Return a session for each pool used up then that gives way by itself alone; None where no single one does."""
        found = set()
        for pool in sitting.needs:
            used, most = self.board.used[pool], self._problem.pools[pool]
            full = [step for step in range(start, start + sitting.steps) if used[step] >= most]
            if not full:
                continue
            over = [key for key in self._of_pool[pool] if self._covers(key, full[0], full[-1])]
            if not over:
                return None
            found.add(min(over, key=lambda key: (self._sittings[key].weight, key)))
        return found

    def _covers(self, key: int, first: int, last: int) -> bool:
        start = self.board.places[key].start
        return start <= first and last < start + self._sittings[key].steps and not self._stands(key)

    def _moved(self, sitting: Sitting, place: Place, blockers: list[int]) -> bool:
        """Put a session at a place and what was there elsewhere; take it all back when more is lost than won."""
        before = {key: self._lift(self._sittings[key]) for key in blockers}
        lost, moved = 0, []
        if self.board.fits(sitting, place):
            self._take(sitting, place)
            moved.append(sitting)
            for other in sorted((self._sittings[key] for key in blockers), key=lambda each: (-each.weight, each.key)):
                found = self.board.earliest(other)
                if found is None:
                    lost += other.weight
                else:
                    self._take(other, found)
                    moved.append(other)
            if lost < sitting.weight:
                return True
        for each in moved:
            self._lift(each)
        for key, at in before.items():
            self._take(self._sittings[key], at)
        return False

    def _take(self, sitting: Sitting, place: Place) -> None:
        self.board.take(sitting, place)
        for person in place.persons:
            self._of_person[person].add(sitting.key)
        for pool in sitting.needs:
            self._of_pool[pool].add(sitting.key)

    def _lift(self, sitting: Sitting) -> Place:
        place = self.board.lift(sitting)
        for person in place.persons:
            self._of_person[person].discard(sitting.key)
        for pool in sitting.needs:
            self._of_pool[pool].discard(sitting.key)
        return place
