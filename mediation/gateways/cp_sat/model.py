"""The timetable as a model of OR-Tools CP-SAT: one start per session, one optional interval per person it may have."""

from collections import defaultdict
from math import floor, inf
from typing import NamedTuple

from ortools.sat.python import cp_model

from mediation.domain.timetables.first_fit import Beginnings, Board
from mediation.domain.timetables.problem import NOWHERE, Place, Problem, Sitting, Timetable, crews, stretches

ROUNDING = 1e-6


class _Chance(NamedTuple):
    """That a person may hold a session in one of its roles."""

    sitting: Sitting
    role: int
    start: cp_model.IntVar
    taken: cp_model.IntVar


class Model:
    """The variables of a problem and how to read a timetable from them."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.model = cp_model.CpModel()
        self._starts: dict[int, cp_model.IntVar] = {}
        self._placed: dict[int, cp_model.IntVar] = {}
        self._chosen: dict[int, list[dict[int, cp_model.IntVar]]] = {}
        busy: dict[int, list[cp_model.IntervalVar]] = defaultdict(list)
        pooled: dict[str, list[cp_model.IntervalVar]] = defaultdict(list)
        # Of each person, every session they may have: where it is held, when it begins, and whether they hold it.
        self._chances: dict[int, list[_Chance]] = defaultdict(list)
        board = Board(problem)
        for sitting in problem.sittings:
            self._add(sitting, board.beginnings(sitting), busy, pooled)
        for intervals in busy.values():
            self.model.add_no_overlap(intervals)
        for pool, intervals in pooled.items():
            taken = [
                self.model.new_fixed_size_interval_var(start, end - start, f"{pool}taken{number}")
                for number, (start, end) in enumerate(problem.taken.get(pool, ()))
            ]
            self.model.add_cumulative([*intervals, *taken], [1] * (len(intervals) + len(taken)), problem.pools[pool])
        if problem.has_gaps:
            for person in busy:
                self._keep_apart(person)
        self._bound_by_hours()
        self.model.maximize(sum(sitting.weight * self._placed[sitting.key] for sitting in problem.sittings))

    def _add(
        self,
        sitting: Sitting,
        beginnings: Beginnings,
        busy: dict[int, list[cp_model.IntervalVar]],
        pooled: dict[str, list[cp_model.IntervalVar]],
    ) -> None:
        """Add a session with the hours it could begin in as things stand, and the people who could hold it then."""
        model, key = self.model, sitting.key
        placed = self._placed[key] = model.new_bool_var(f"placed{key}")
        start = self._starts[key] = model.new_int_var_from_domain(_domain(beginnings.hours or 1), f"start{key}")
        if not beginnings.hours:
            model.add(placed == 0)
        self._chosen[key] = []
        for role, able in enumerate(sitting.roles):
            there = {person: beginnings.of[person] & beginnings.hours for person in able}
            chosen = {person: model.new_bool_var(f"with{key}.{role}.{person}") for person in able if there[person]}
            self._chosen[key].append(chosen)
            model.add(sum(chosen.values()) == placed)
            for person, literal in chosen.items():
                if there[person] != beginnings.hours:
                    model.add_linear_expression_in_domain(start, _domain(there[person])).only_enforce_if(literal)
                interval = model.new_optional_fixed_size_interval_var(
                    start, sitting.steps, literal, f"at{key}.{role}.{person}"
                )
                busy[person].append(interval)
                self._chances[person].append(_Chance(sitting, role, start, literal))
        for pool in sitting.needs:
            pooled[pool].append(
                model.new_optional_fixed_size_interval_var(start, sitting.steps, placed, f"{pool}{key}")
            )

    def _keep_apart(self, person: int) -> None:
        """Let the buffer lie between any two sessions of a person, and the way between two at different places.

        For each place a resource as wide as all sessions together: one held there takes it whole, one held elsewhere a
        single unit, and that for the way before and after it as well. So the two never meet, and those elsewhere are
        not kept apart by it.
        """
        problem, chances = self._problem, self._chances[person]
        held = problem.held.get(person, ())
        if problem.buffer:
            padded = [self._padded(each, 0, problem.buffer, f"after{person}") for each in chances]
            fixed = [
                self.model.new_fixed_size_interval_var(start, end + problem.buffer - start, f"held{person}.{start}")
                for start, end, _place in held
            ]
            self.model.add_no_overlap([*padded, *fixed])
        for here in sorted({each.sitting.place for each in chances} - {NOWHERE}):
            intervals, demands = [], []
            most = len(chances) + len(held)
            for each in chances:
                there = each.sitting.place
                if there != NOWHERE:
                    gap = 0 if there == here else problem.gap(here, there)
                    intervals.append(self._padded(each, gap, gap, f"way{person}.{here}"))
                    demands.append(most if there == here else 1)
            for start, end, there in held:
                if there not in (NOWHERE, here):
                    gap = problem.gap(here, there)
                    name = f"held{person}.{here}.{start}"
                    intervals.append(self.model.new_fixed_size_interval_var(start - gap, end - start + 2 * gap, name))
                    demands.append(1)
            if any(demand == 1 for demand in demands) and most > 1:
                self.model.add_cumulative(intervals, demands, most)

    def _padded(self, chance: "_Chance", before: int, after: int, name: str) -> cp_model.IntervalVar:
        sitting = chance.sitting
        return self.model.new_optional_fixed_size_interval_var(
            chance.start - before, sitting.steps + before + after, chance.taken, f"{name}.{sitting.key}.{chance.role}"
        )

    def _bound_by_hours(self) -> None:
        """Say what follows anyway, for the sake of the bound: nobody holds more than their free hours."""
        for people, asking in crews(self._problem.sittings):
            hours = sum(end - start for person in people for start, end in self._problem.free.get(person, ()))
            self.model.add(sum(each.steps * self._placed[each.key] for each in asking) <= hours)

    def hint(self, timetable: Timetable) -> None:
        """Give the solver a timetable to begin from."""
        for sitting in self._problem.sittings:
            place = timetable.get(sitting.key)
            self.model.add_hint(self._placed[sitting.key], place is not None)
            if place is not None:
                self.model.add_hint(self._starts[sitting.key], place.start)
            for role, chosen in enumerate(self._chosen[sitting.key]):
                for person, literal in chosen.items():
                    self.model.add_hint(literal, place is not None and place.persons[role] == person)

    def read(self, solver: cp_model.CpSolver) -> Timetable:
        """Return the timetable of the best answer found."""
        found = {}
        for sitting in self._problem.sittings:
            if not solver.boolean_value(self._placed[sitting.key]):
                continue
            persons = tuple(
                next(person for person, literal in chosen.items() if solver.boolean_value(literal))
                for chosen in self._chosen[sitting.key]
            )
            found[sitting.key] = Place(solver.value(self._starts[sitting.key]), persons)
        return found


def _domain(hours: int) -> cp_model.Domain:
    """Return steps given as bits as the solver takes them."""
    return cp_model.Domain.from_intervals([(start, end - 1) for start, end in stretches(hours)])


def solve(model: Model, *, begin: Timetable, seconds: float, workers: int) -> tuple[Timetable, float]:
    """Return the best timetable found in so many seconds and the bound no timetable of the problem exceeds.

    Stops early within a tenth of a percent of the bound.
    """
    model.hint(begin)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.relative_gap_limit = 0.001
    solver.parameters.random_seed = 1
    status = solver.solve(model.model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return begin, inf
    # Whole, as every weight is.
    return model.read(solver), float(floor(solver.best_objective_bound + ROUNDING))
