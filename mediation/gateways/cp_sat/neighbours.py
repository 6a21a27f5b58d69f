"""Improving a timetable part by part: the sessions of a few people are lifted and placed anew, all others stay."""

import random
import time

from mediation.domain.timetables.first_fit import Board
from mediation.domain.timetables.problem import Problem, Sitting, Timetable, value
from mediation.gateways.cp_sat.model import solve

# So many sessions are placed anew at once: few enough to be settled in a second or two.
TOGETHER = 160
TRY_SECONDS = 2.0


def improved(problem: Problem, timetable: Timetable, *, seconds: float, workers: int, goal: float) -> Timetable:
    """Return a timetable at least as good, after at most so many seconds, or as soon as it is worth the goal."""
    chance = random.Random(1)  # noqa: S311  where to look next, not secrecy
    end = time.monotonic() + seconds
    sittings = {sitting.key: sitting for sitting in problem.sittings}
    best = dict(timetable)
    while (left := end - time.monotonic()) > 0 and value(problem, best) < goal:
        waiting = [sitting for sitting in problem.sittings if sitting.key not in best]
        if not waiting:
            break
        part = _around(problem, best, sittings, chance.choice(waiting), chance)
        board = Board(problem)
        for key, place in best.items():
            if key not in part:
                board.take(sittings[key], place)
        small = board.rest(sittings[key] for key in sorted(part))
        begin = {key: best[key] for key in part if key in best}
        found, _bound = solve(small, begin=begin, seconds=min(left, TRY_SECONDS), workers=workers)
        if value(small, found) >= value(small, begin):
            best = {key: place for key, place in best.items() if key not in part} | dict(found)
    return best


def _around(
    problem: Problem, timetable: Timetable, sittings: dict[int, Sitting], seed: Sitting, chance: random.Random
) -> set[int]:
    """Return the keys of a waiting session, of others that wait, and of placed ones that are in their way.

    In turn those of the people it could have, and those of the hours it could begin in: it may be people that are
    short, or rooms.
    """
    near = {person for able in seed.roles for person in able}
    by_hours = chance.random() < 0.5
    if by_hours:
        start, end = chance.choice(seed.starts)
        there = [
            key
            for key, place in timetable.items()
            if place.start < end + seed.steps and start < place.start + sittings[key].steps
        ]
    else:
        there = [key for key, place in timetable.items() if near.intersection(place.persons)]
    chance.shuffle(there)
    part = {seed.key, *there[:TOGETHER]}
    waiting = [each.key for each in problem.sittings if each.key not in timetable]
    chance.shuffle(waiting)
    return part | set(waiting[: TOGETHER // 4])
