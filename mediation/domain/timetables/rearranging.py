"""Rearranging a timetable: the sessions in the way of one that waits are lifted and all of them placed anew.

A few sessions at a time, a few thousand times: each try costs a millisecond or less, so that a week of thousands comes
within a thousandth of the best that is possible in seconds. A try that loses is taken back; one that changes places
and loses nothing is kept, for from there on another may win. Pure, and the same each time: chance comes from a seed.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from math import inf

from mediation.domain.timetables.first_fit import Board
from mediation.domain.timetables.problem import Place, Problem, Sitting, Stretch, Timetable, value

# So many sessions are lifted for one at most, and of a pool half as many; so many others that wait are tried with it.
TOGETHER = 16
OTHERS = 4
# Of each role so many people are looked at.
PEOPLE = 3
# So many tries in a row that win nothing are the end, and so many more for each session that waits.
IN_VAIN = 500
IN_VAIN_EACH = 50


def rearranged(
    problem: Problem, timetable: Timetable, *, goal: float = inf, go_on: Callable[[], bool] = lambda: True
) -> Timetable:
    """Return a timetable worth at least as much; sessions announced already stay where they are.

    It ends when the timetable is worth the goal, when nobody waits who could be placed, when many tries have won
    nothing, or when ``go_on``, asked before each, says that there is no time left.
    """
    search = _Search(problem, timetable)
    worth, in_vain = value(problem, timetable), 0
    while search.waiting and worth < goal and in_vain < IN_VAIN + IN_VAIN_EACH * len(search.waiting) and go_on():
        won = search.attempt()
        worth += won
        in_vain = 0 if won else in_vain + 1
    return search.board.places


class _Search:
    """A board, who holds which session on it, and who waits though some hour would do."""

    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        empty = Board(problem)
        self.board = Board(problem)
        self._sittings = {sitting.key: sitting for sitting in problem.sittings}
        self._chance = random.Random(1)  # noqa: S311  where to look next, not secrecy
        self._of_person: dict[int, set[int]] = defaultdict(set)
        self._of_pool: dict[str, set[int]] = defaultdict(set)
        for key, place in timetable.items():
            self._take(self._sittings[key], place)
        # In order, so that chance meets the same list each time.
        self.waiting = sorted(
            key for key, each in self._sittings.items() if key not in timetable and empty.beginnings(each).hours
        )

    def attempt(self) -> int:
        """Try to place a session that waits, and return what the timetable has won by it; nothing when it failed."""
        wanted = self._sittings[self._chance.choice(self.waiting)]
        lifted = {key: self._lift(self._sittings[key]) for key in self._in_the_way(wanted)}
        others = self._chance.sample(self.waiting, min(OTHERS, len(self.waiting)))
        asked = [self._sittings[key] for key in dict.fromkeys((*lifted, *others, wanted.key))]
        placed = []
        for each in self._in_an_order(asked):
            place = self._place(each)
            if place is not None:
                self._take(each, place)
                placed.append(each)
        won = sum(each.weight for each in placed) - sum(self._sittings[key].weight for key in lifted)
        if won >= 0:
            self.waiting = sorted({*self.waiting, *lifted} - {each.key for each in placed})
            return won
        for each in placed:
            self._lift(each)
        for key, place in lifted.items():
            self._take(self._sittings[key], place)
        return 0

    def _in_the_way(self, wanted: Sitting) -> list[int]:
        """Return some sessions that use what a waiting one could have in one of the stretches it may begin in."""
        start, end = self._chance.choice(wanted.starts)
        hours = (start, end - 1 + wanted.steps)
        found: list[int] = []
        for able in wanted.roles:
            for person in self._chance.sample(able, min(len(able), self._chance.randint(1, PEOPLE))):
                found += self._within(self._of_person[person], hours)
        for pool in wanted.needs:
            there = self._within(self._of_pool[pool], hours)
            self._chance.shuffle(there)
            found += there[: TOGETHER // 2]
        found = list(dict.fromkeys(found))
        self._chance.shuffle(found)
        return found[:TOGETHER]

    def _within(self, keys: Iterable[int], hours: Stretch) -> list[int]:
        """Return which sessions of these, none announced already, are held in some hours."""
        places, sittings = self.board.places, self._sittings
        return [
            key
            for key in sorted(keys)
            if sittings[key].before is None
            and places[key].start < hours[1]
            and hours[0] < places[key].start + sittings[key].steps
        ]

    def _in_an_order(self, asked: list[Sitting]) -> list[Sitting]:
        """Return sessions in an order to place them in: by weight, or the long and complex first; never strictly."""
        chance = self._chance.random
        if chance() < 0.5:
            return sorted(asked, key=lambda each: -each.weight / each.steps * (0.5 + chance()))
        return sorted(asked, key=lambda each: -(each.steps * (1 + chance()) + 3 * (len(each.roles) - 1)))

    def _place(self, sitting: Sitting) -> Place | None:
        """Return any place that is free, with those people whose day it leaves the fewest gaps in."""
        hours, can = self.board.beginnings(sitting)
        free = _each(hours)
        self._chance.shuffle(free)
        for at in free:
            persons: list[int] = []
            for able in sitting.roles:
                there = [person for person in able if can[person] & at and person not in persons]
                if not there:
                    break
                persons.append(min(there, key=lambda person: self._gaps(person, at, sitting.steps)))
            else:
                return Place(at.bit_length() - 1, tuple(persons))
        return None

    def _gaps(self, person: int, at: int, steps: int) -> float:
        """Return how many free steps of a person lie right beside a session, which may stay gaps; and some chance."""
        free = self.board.free[person]
        return bool(free & (at >> 1)) + bool(free & (at << steps)) + 0.9 * self._chance.random()

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


def _each(hours: int) -> list[int]:
    """Return each bit by itself."""
    found = []
    while hours:
        found.append(hours & -hours)
        hours &= hours - 1
    return found
