"""What no timetable is worth more than: the sessions shared out to the parts of the window, without their hours.

Leaving out the hours makes the question a small linear programme; no timetable places more than its answer does.
"""

from math import floor

from ortools.linear_solver import pywraplp

from mediation.domain.timetables.problem import Problem, Stretch, cells, crews, in_use

ROUNDING = 1e-3


def bound_of(problem: Problem, *, seconds: float) -> float:
    """Return a bound on every timetable of a problem: of all weights together when it is not found in time."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    solver.SetTimeLimit(max(1, int(1000 * seconds)))
    parts = cells(problem)
    asked: dict[Stretch, dict[int, pywraplp.Variable]] = {part: {} for part in parts}
    most = solver.Objective()
    most.SetMaximization()
    for sitting in problem.sittings:
        if not all(sitting.roles):
            continue
        once = solver.Constraint(0, 1)
        for part in parts:
            if any(max(start, part[0]) < min(end, part[1]) for start, end in sitting.starts):
                asked[part][sitting.key] = share = solver.NumVar(0, 1, f"{sitting.key}in{part[0]}")
                once.SetCoefficient(share, 1)
                most.SetCoefficient(share, sitting.weight)
    for part in parts:
        _keep_within(solver, problem, part, asked[part])
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return float(sum(sitting.weight for sitting in problem.sittings))
    # A whole number, as every weight is.
    return float(floor(most.Value() + ROUNDING))


def _keep_within(solver: pywraplp.Solver, problem: Problem, part: Stretch, asked: dict[int, pywraplp.Variable]) -> None:
    """Nobody, and nothing, is used for longer in a part than it is there."""
    here = [sitting for sitting in problem.sittings if sitting.key in asked]
    for pool, most in problem.pools.items():
        used = in_use(problem, pool)
        there = solver.Constraint(0, sum(max(0, most - used[step]) for step in range(*part)))
        for each in here:
            if pool in each.needs:
                there.SetCoefficient(asked[each.key], each.steps)
    for people, asking in crews(here):
        hours = sum(_shared(stretch, part) for person in people for stretch in problem.free.get(person, ()))
        held = solver.Constraint(0, hours)
        for each in asking:
            held.SetCoefficient(asked[each.key], each.steps)


def _shared(one: Stretch, other: Stretch) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))
