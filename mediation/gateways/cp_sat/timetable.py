"""The whole way to a timetable: by hand's rule, rearranged, and where the question is small, proven by the solver."""

import time

from mediation.domain.timetables.first_fit import Board, first_fit
from mediation.domain.timetables.problem import Problem, Timetable, value
from mediation.domain.timetables.rearranging import rearranged
from mediation.gateways.cp_sat.bound import bound_of
from mediation.gateways.cp_sat.model import Model, solve

# Good enough to stop: a timetable within this share of the bound.
CLOSE = 0.001
# The solver proves what is best where so few people could each hold so few sessions; what is larger it seldom betters.
FEW_CHANCES = 6_000
# What of the time is kept for it then.
FOR_SOLVER = 0.6


def timetable(problem: Problem, *, seconds: float, workers: int) -> tuple[Timetable, float]:
    """Return the best timetable found in so many seconds at most, and a bound that none of the problem exceeds.

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
    best: Timetable = first_fit(rest)
    if len(best) == len(rest.sittings):
        return kept | dict(best), float(worth + value(rest, best))
    bound = bound_of(rest, seconds=seconds)
    goal = bound * (1 - CLOSE)
    small = sum(len(able) for sitting in rest.sittings for able in sitting.roles) <= FEW_CHANCES
    until = end - seconds * FOR_SOLVER if small else end
    best = rearranged(rest, best, goal=goal, go_on=lambda: time.monotonic() < until)
    if small and value(rest, best) < goal:
        found, proven = solve(Model(rest), begin=best, seconds=max(0.0, end - time.monotonic()), workers=workers)
        best = max((best, found), key=lambda each: value(rest, each))
        bound = min(bound, proven)
    return kept | dict(best), worth + max(bound, float(value(rest, best)))
