"""Weeks of sessions placed together, beside whoever-comes-first and beside the proven bound, in one run.

500, 2,000 and 5,000 sessions a week with rooms and panels (weeks.py), through the solver's own process as the product
asks it, with the product's time to search; and 2,000 once more in five branches of two houses each, with the ways
between them. What a timetable is worth is the sum of the weights of the sessions it places. The gap is that of the
worth to a bound which no timetable exceeds; it is the solver's own, so a timetable may be nearer to the best than the
gap says. Beside the seconds of the clock stand those of the processor, which say more on a machine that is busy with
other work. Every timetable is checked by the product's checker before it counts.

Beside them, instances with the published parameters of the closest public problem, the scheduling of thesis
defences (committees.py): how many of the defences are placed, and of how many that can be proven the most.
"""

import resource
import time
from statistics import mean

from bench.result import Result
from bench.schedule import committees, weeks
from mediation.domain.timetables.first_fit import first_fit, in_order_of_coming
from mediation.domain.timetables.problem import Problem, Timetable, value, violations
from mediation.gateways.cp_sat import process

MINUTES = 9
SIZES = (500, 2_000, 5_000)
NAMED = 2_000
BRANCHES, HOUSES = 5, 2
SECONDS = 45.0
COMMITTEE_SECONDS = 10.0


def run(*, size: int | None = None) -> Result:
    """Place the weeks up to a size, then the committees."""
    result = Result("schedule", goals={"gap_to_bound_2000": ("<=", 0.01), "seconds_2000": ("<=", 60)})
    sizes = [each for each in SIZES if size is None or each <= size] or [SIZES[0]]
    for sessions in sizes:
        problem = weeks.week(sessions, seed=1)
        _week(result, problem, f"{sessions:,} sessions", str(sessions))
    if NAMED in sizes:
        apart = weeks.week(NAMED, seed=1, houses=HOUSES, branches=BRANCHES)
        _week(result, apart, f"{NAMED:,} sessions, {BRANCHES} branches of {HOUSES} houses", f"{NAMED}_branches")
        result.ratios["vs_first_come"] = result.ratios[f"vs_first_come_{NAMED}"]
    else:
        result.goals = {}
    _committees(result)
    return result


def _week(result: Result, problem: Problem, name: str, short: str) -> None:
    came = _checked(problem, in_order_of_coming(problem))
    began = time.perf_counter()
    ruled = _checked(problem, first_fit(problem))
    result.add(f"{name}: weightiest first", time.perf_counter() - began, "s")
    began, worked = time.perf_counter(), _worked()
    found, bound = process.find(problem, seconds=SECONDS)
    seconds, worked = time.perf_counter() - began, _worked() - worked
    best = _checked(problem, found)
    ways = {"first come, first served": came, "weightiest first": ruled, "the solver": best}
    for way, timetable in ways.items():
        result.add(f"{name}: placed by {way}", len(timetable), "sessions")
    for way, timetable in ways.items():
        result.add(f"{name}: gap to the bound, {way}", 100 * (1 - value(problem, timetable) / bound), "%")
    result.ratios[f"gap_to_bound_{short}"] = 1 - value(problem, best) / bound
    result.ratios[f"seconds_{short}"] = result.add(f"{name}: the solver", seconds, "s")
    result.add(f"{name}: the solver, seconds of the processor", worked, "s")
    result.ratios[f"vs_first_come_{short}"] = value(problem, best) / value(problem, came)


def _worked() -> float:
    """Return for how long processors have worked for this process and those it has seen end, in seconds."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


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
