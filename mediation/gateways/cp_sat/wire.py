"""A problem and its answer as JSON, for the way between the two processes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mediation.domain.timetables.problem import Place, Problem, Sitting, Stretch, Timetable


def packed(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON takes it."""
    return asdict(problem)


def problem_of(body: Mapping[str, Any]) -> Problem:
    """Return the problem that was packed."""
    return Problem(
        horizon=body["horizon"],
        sittings=tuple(_sitting(each) for each in body["sittings"]),
        free={int(person): _stretches(free) for person, free in body["free"].items()},
        pools=body["pools"],
        taken={pool: _stretches(taken) for pool, taken in body["taken"].items()},
        loads={int(person): load for person, load in body["loads"].items()},
        buffer=body["buffer"],
        default_travel=body["default_travel"],
        travel=tuple((one, other, steps) for one, other, steps in body["travel"]),
        held={
            int(person): tuple((start, end, place) for start, end, place in held)
            for person, held in body["held"].items()
        },
    )


def packed_answer(timetable: Timetable, bound: float) -> dict[str, Any]:
    """Return an answer as JSON takes it."""
    return {"places": {key: [place.start, *place.persons] for key, place in timetable.items()}, "bound": bound}


def answer_of(body: Mapping[str, Any]) -> tuple[Timetable, float]:
    """Return the answer that was packed."""
    places = {int(key): Place(start, tuple(persons)) for key, (start, *persons) in body["places"].items()}
    return places, float(body["bound"])


def _sitting(body: Mapping[str, Any]) -> Sitting:
    before = body["before"]
    return Sitting(
        key=body["key"],
        steps=body["steps"],
        weight=body["weight"],
        starts=_stretches(body["starts"]),
        roles=tuple(tuple(able) for able in body["roles"]),
        needs=tuple(body["needs"]),
        before=Place(before["start"], tuple(before["persons"])) if before else None,
        place=body["place"],
    )


def _stretches(pairs: Any) -> tuple[Stretch, ...]:
    return tuple((start, end) for start, end in pairs)
