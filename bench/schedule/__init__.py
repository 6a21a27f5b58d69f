"""Weeks of sessions placed together, beside whoever-comes-first and beside the proven bound, in one run.

500, 2,000 and 5,000 sessions a week (weeks.py), through the solver's own process as the product asks it, with the
product's time to search. What a timetable is worth is the sum of the weights of the sessions it places. The gap is
that of the worth to a bound which no timetable exceeds; it is the solver's own, so a timetable may be nearer to the
best than the gap says. The smallest week is placed once more in two houses with a way between them. Every timetable
is checked by the product's checker before it counts.

Beside them, instances with the published parameters of the closest public problem, the scheduling of thesis
defences (committees.py): how many of the defences are placed, and of how many that can be proven the most.
"""

import time
from statistics import mean

from bench.result import Result
from bench.schedule import committees, weeks
from mediation.domain.timetables.first_fit import first_fit, in_order_of_coming
from mediation.domain.timetables.problem import Problem, Timetable, value, violations
from mediation.gateways.cp_sat import process

MINUTES = 7
SIZES = (500, 2_000, 5_000)
NAMED = 2_000
SECONDS = 45.0
COMMITTEE_SECONDS = 10.0


def run(*, size: int | None = None) -> Result:
    """Place the weeks up to a size, then the committees."""
    result = Result("schedule", goals={"gap_to_bound_2000": ("<=", 0.01), "seconds_2000": ("<=", 60)})
    sizes = [each for each in SIZES if size is None or each <= size] or [SIZES[0]]
    for sessions in sizes:
        _week(result, sessions)
    _houses(result, SIZES[0])
    if NAMED not in sizes:
        result.goals = {}
    _committees(result)
    return result


def _week(result: Result, sessions: int) -> None:
    problem = weeks.week(sessions, seed=1)
    came = _checked(problem, in_order_of_coming(problem))
    began = time.perf_counter()
    ruled = _checked(problem, first_fit(problem))
    result.add(f"{sessions:,} sessions: weightiest first", time.perf_counter() - began, "s")
    began = time.perf_counter()
    found, bound = process.find(problem, seconds=SECONDS)
    seconds = time.perf_counter() - began
    best = _checked(problem, found)
    result.add(f"{sessions:,} sessions: placed first come, first served", len(came), "sessions")
    result.add(f"{sessions:,} sessions: placed weightiest first", len(ruled), "sessions")
    result.add(f"{sessions:,} sessions: placed by the solver", len(best), "sessions")
    gaps = {"first come, first served": came, "weightiest first": ruled, "the solver": best}
    for name, timetable in gaps.items():
        result.add(
            f"{sessions:,} sessions: gap to the bound, {name}", 100 * (1 - value(problem, timetable) / bound), "%"
        )
    result.ratios[f"gap_to_bound_{sessions}"] = 1 - value(problem, best) / bound
    result.ratios[f"seconds_{sessions}"] = result.add(f"{sessions:,} sessions: the solver", seconds, "s")
    result.ratios[f"vs_first_come_{sessions}"] = value(problem, best) / value(problem, came)
    if sessions == NAMED:
        result.ratios["vs_first_come"] = value(problem, best) / value(problem, came)


def _houses(result: Result, sessions: int) -> None:
    problem = weeks.in_two_houses(weeks.week(sessions, seed=1))
    found, bound = process.find(problem, seconds=SECONDS)
    best = _checked(problem, found)
    name = f"{sessions:,} sessions in two houses"
    result.add(
        f"{name}: placed first come, first served", len(_checked(problem, in_order_of_coming(problem))), "sessions"
    )
    result.add(f"{name}: placed by the solver", len(best), "sessions")
    result.ratios[f"gap_to_bound_two_houses_{sessions}"] = 1 - value(problem, best) / bound


def _committees(result: Result) -> None:
    for name, problems in committees.instances():
        placed, bounds, came = [], [], []
        for problem in problems:
            found, bound = process.find(problem, seconds=COMMITTEE_SECONDS)
            placed.append(value(problem, _checked(problem, found)))
            bounds.append(bound)
            came.append(value(problem, _checked(problem, in_order_of_coming(problem))))
        result.add(f"committees, {name}: placed first come, first served", mean(came), "defences")
        result.add(f"committees, {name}: placed by the solver", mean(placed), "defences")
        result.add(f"committees, {name}: no timetable places more than", mean(bounds), "defences")
        result.ratios[f"committees_gap_{name}"] = 1 - sum(placed) / sum(bounds)


def _checked(problem: Problem, timetable: Timetable) -> Timetable:
    """Return a timetable that breaks no rule. Raise RuntimeError for one that does."""
    if wrong := violations(problem, timetable):
        raise RuntimeError("; ".join(wrong[:3]))
    return timetable
