"""A timetable by hand's rule: the weightiest first, each at the earliest hour free for all it needs, evenly spread.

It is what the solver begins from, and what stands when the solver is not asked. Pure and deterministic.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mediation.domain.timetables.problem import (
    Place,
    Problem,
    Sitting,
    Stay,
    Stretch,
    Timetable,
    beginnings,
    bits,
    in_use,
    stretches,
)


class Beginnings(NamedTuple):
    """The steps at which a session could begin, and those at which each person could begin it, as bits."""

    hours: int
    of: dict[int, int]


class Board:
    """Who and what is still free, as bits; placing takes, lifting gives back."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.free = {person: bits(stretches) for person, stretches in problem.free.items()}
        self.loads: dict[int, int] = defaultdict(int, problem.loads)
        self.used = {pool: in_use(problem, pool) for pool in problem.pools}
        self._full = {
            pool: sum(1 << step for step, count in enumerate(self.used[pool]) if count >= most)
            for pool, most in problem.pools.items()
        }
        self.places: dict[int, Place] = {}
        # Kept only where something must lie between two sessions.
        self._stays: dict[int, list[Stay]] = defaultdict(list)
        if problem.has_gaps:
            self._stays |= {person: list(held) for person, held in problem.held.items()}

    def take(self, sitting: Sitting, place: Place) -> None:
        """Put a session at a place that is free."""
        span = _span(sitting, place)
        for person in place.persons:
            self.free[person] &= ~span
            self.loads[person] += 1
            if self._problem.has_gaps:
                self._stays[person].append(_stay(sitting, place))
        self._count(sitting, place, 1)
        self.places[sitting.key] = place

    def lift(self, sitting: Sitting) -> Place:
        """Give back what a session had, and return where it stood."""
        place = self.places.pop(sitting.key)
        span = _span(sitting, place)
        for person in place.persons:
            self.free[person] |= span
            self.loads[person] -= 1
            if self._problem.has_gaps:
                self._stays[person].remove(_stay(sitting, place))
        self._count(sitting, place, -1)
        return place

    def rest(self, sittings: Iterable[Sitting]) -> Problem:
        """Return the problem of placing these sessions, none of them taken here, among all that is."""
        asked = tuple(sittings)
        people = {person for sitting in asked for able in sitting.roles for person in able}
        return Problem(
            horizon=self._problem.horizon,
            sittings=asked,
            free={person: stretches(self.free[person]) for person in sorted(people & self.free.keys())},
            pools=self._problem.pools,
            taken={pool: _layers(steps) for pool, steps in self.used.items()},
            loads={person: self.loads[person] for person in sorted(people)},
            buffer=self._problem.buffer,
            default_travel=self._problem.default_travel,
            travel=self._problem.travel,
            held={person: tuple(self._stays[person]) for person in sorted(people) if person in self._stays},
        )

    def fits(self, sitting: Sitting, place: Place) -> bool:
        """Return whether a session can be at a place as things stand."""
        at = 1 << place.start
        return (
            bool(self._open(sitting) & at)
            and len(set(place.persons)) == len(sitting.roles)
            and all(
                person in able and self._can_begin(person, sitting) & at
                for person, able in zip(place.persons, sitting.roles, strict=True)
            )
        )

    def beginnings(self, sitting: Sitting) -> Beginnings:
        """Return when a session could begin as things stand, and when each of its people could begin it, as bits.

        In its hours each role has somebody; that two roles have two different ones then is not asked.
        """
        can = {person: self._can_begin(person, sitting) for able in sitting.roles for person in able}
        hours = self._open(sitting)
        for able in sitting.roles:
            anybody = 0
            for person in able:
                anybody |= can[person]
            hours &= anybody
        return Beginnings(hours, can)

    def earliest(self, sitting: Sitting) -> Place | None:
        """Return the earliest place; of those free then, the people with the fewest sessions, then the lowest key."""
        possible, can = self.beginnings(sitting)
        while possible:
            lowest = possible & -possible
            persons = self._people(sitting, can, lowest)
            if persons is not None:
                return Place(lowest.bit_length() - 1, persons)
            possible ^= lowest
        return None

    def _people(self, sitting: Sitting, can: dict[int, int], at: int) -> tuple[int, ...] | None:
        chosen: list[int] = []
        for able in sitting.roles:
            free = [person for person in able if can[person] & at and person not in chosen]
            if not free:
                return None
            chosen.append(min(free, key=lambda person: (self.loads[person], person)))
        return tuple(chosen)

    def _can_begin(self, person: int, sitting: Sitting) -> int:
        """Return when a person could begin a session, as bits: free, and not on the way from or to another."""
        free = self.free.get(person, 0)
        for start, end, place in self._stays.get(person, ()):
            gap = self._problem.gap(place, sitting.place)
            if gap:
                free &= ~((1 << (end + gap)) - (1 << max(0, start - gap)))
        return beginnings(free, sitting.steps)

    def _open(self, sitting: Sitting) -> int:
        """Return when a session may begin by its own hours and by the pools, as bits."""
        last = self._problem.horizon - sitting.steps + 1
        hours = bits(sitting.starts) & ((1 << last) - 1 if last > 0 else 0)
        for pool in sitting.needs:
            hours &= beginnings(~self._full[pool] & ((1 << self._problem.horizon) - 1), sitting.steps)
        return hours

    def _count(self, sitting: Sitting, place: Place, by: int) -> None:
        for pool in sitting.needs:
            most, steps = self._problem.pools[pool], self.used[pool]
            for step in range(place.start, place.start + sitting.steps):
                steps[step] += by
                if steps[step] >= most:
                    self._full[pool] |= 1 << step
                else:
                    self._full[pool] &= ~(1 << step)


def _layers(used: Sequence[int]) -> tuple[Stretch, ...]:
    """Return stretches that together use as many at each step."""
    found: list[Stretch] = []
    for level in range(1, max(used, default=0) + 1):
        found += stretches(sum(1 << step for step, count in enumerate(used) if count >= level))
    return tuple(found)


def _span(sitting: Sitting, place: Place) -> int:
    return (1 << (place.start + sitting.steps)) - (1 << place.start)


def _stay(sitting: Sitting, place: Place) -> Stay:
    return (place.start, place.start + sitting.steps, sitting.place)


def first_fit(problem: Problem) -> Timetable:
    """Return a timetable: what was announced stays where it still can, then the weightiest, then the least free."""
    return fitted(problem, by_weight(problem))


def in_order_of_coming(problem: Problem) -> Timetable:
    """Return the timetable of whoever comes first: what a calendar without a scheduler gives."""
    return fitted(problem, problem.sittings)


def fitted(problem: Problem, order: Sequence[Sitting]) -> Timetable:
    """Return the timetable of placing sessions in an order, those announced before all others."""
    board = Board(problem)
    for sitting in order:
        if sitting.before is not None and board.fits(sitting, sitting.before):
            board.take(sitting, sitting.before)
    for sitting in order:
        if sitting.key not in board.places and (place := board.earliest(sitting)) is not None:
            board.take(sitting, place)
    return board.places


def settled(problem: Problem, timetable: Timetable) -> Timetable:
    """Return a timetable with each session as early as the others let it, spread evenly; announced ones stay.

    What finds out how many can be placed cares for nothing else; this makes of it what people would have made.
    """
    board = Board(problem)
    sittings = {sitting.key: sitting for sitting in problem.sittings}
    for key, place in timetable.items():
        board.take(sittings[key], place)
    for sitting in sorted((sittings[key] for key in timetable), key=lambda each: timetable[each.key].start):
        if sitting.before is not None and board.places[sitting.key] == sitting.before:
            continue
        before = board.lift(sitting)
        board.take(sitting, board.earliest(sitting) or before)
    for sitting in by_weight(problem):
        if sitting.key not in board.places and (found := board.earliest(sitting)) is not None:
            board.take(sitting, found)
    return board.places


def by_weight(problem: Problem) -> list[Sitting]:
    """Return the sessions as they are placed: the weightiest for its length first, then who has the least choice."""

    def choice(sitting: Sitting) -> int:
        return sum(end - start for start, end in sitting.starts) * min(len(able) for able in sitting.roles)

    return sorted(problem.sittings, key=lambda each: (-each.weight / each.steps, choice(each), each.key))
