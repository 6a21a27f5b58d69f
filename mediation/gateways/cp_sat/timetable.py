"""The whole way to a timetable: by hand's rule, by parts of the window, and better part by part, as time allows."""

import time
from dataclasses import replace

from mediation.domain.timetables.first_fit import Board, first_fit
from mediation.domain.timetables.making_room import with_room_made
from mediation.domain.timetables.problem import Place, Problem, Sitting, Stretch, Timetable, value
from mediation.gateways.cp_sat.model import solve
from mediation.gateways.cp_sat.neighbours import improved
from mediation.gateways.cp_sat.shares import shares

# Good enough to stop: a timetable within this share of the bound.
CLOSE = 0.001
# What of the time is kept for the solver at least, and what of it goes to all the parts together.
FOR_SOLVER = 0.5
FOR_PARTS = 0.6


def timetable(problem: Problem, *, seconds: float, workers: int) -> tuple[Timetable, float]:
    """Return the best timetable found in about so many seconds, and a bound that none of the problem exceeds.

    Sessions that were announced and still can be held stay where they are, and count in both figures.
    """
    end = time.monotonic() + seconds
    board = Board(problem)
    for sitting in problem.sittings:
        if sitting.before is not None and board.fits(sitting, sitting.before):
            board.take(sitting, sitting.before)
    kept = dict(board.places)
    worth = value(problem, kept)
    rest = board.rest(sitting for sitting in problem.sittings if sitting.key not in kept)
    best = with_room_made(rest, first_fit(rest), go_on=lambda: time.monotonic() < end - seconds * FOR_SOLVER)
    if len(best) == len(rest.sittings):
        return kept | dict(best), float(worth + value(rest, best))
    where, bound = shares(rest)
    goal = bound * (1 - CLOSE)
    if value(rest, best) < goal:
        by_parts = _by_parts(rest, where, until=min(end, time.monotonic() + seconds * FOR_PARTS), workers=workers)
        by_parts = with_room_made(rest, by_parts, go_on=lambda: time.monotonic() < end)
        best = max((best, by_parts), key=lambda each: value(rest, each))
    if value(rest, best) < goal:
        best = improved(rest, best, seconds=end - time.monotonic(), workers=workers, goal=goal)
    return kept | dict(best), worth + max(bound, float(value(rest, best)))


def _by_parts(problem: Problem, where: dict[int, Stretch], *, until: float, workers: int) -> Timetable:
    """Place the sessions of each part among themselves; who finds no hour there may go to any other."""
    board = Board(problem)
    parts: dict[Stretch, list[Sitting]] = {}
    for sitting in problem.sittings:
        if sitting.key in where:
            parts.setdefault(where[sitting.key], []).append(sitting)
    for number, (part, sittings) in enumerate(sorted(parts.items())):
        small = board.rest(_within(sitting, part) for sitting in sittings)
        begin = first_fit(small)
        found: Timetable = begin
        left = (until - time.monotonic()) / (len(parts) - number)
        if len(begin) < len(sittings) and left > 0:
            found, _bound = solve(small, begin=begin, seconds=left, workers=workers)
        _take(board, sittings, found)
    for sitting in sorted(problem.sittings, key=lambda each: -each.weight):
        if sitting.key not in board.places and (place := board.earliest(sitting)) is not None:
            board.take(sitting, place)
    return board.places


def _take(board: Board, sittings: list[Sitting], places: dict[int, Place] | Timetable) -> None:
    for sitting in sittings:
        if sitting.key in places:
            board.take(sitting, places[sitting.key])


def _within(sitting: Sitting, part: Stretch) -> Sitting:
    starts = tuple((max(start, part[0]), min(end, part[1])) for start, end in sitting.starts)
    return replace(sitting, starts=tuple(each for each in starts if each[0] < each[1]))
