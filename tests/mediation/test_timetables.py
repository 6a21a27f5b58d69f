"""Placing many sessions at once: no timetable breaks a rule, and the bound holds."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.models import Alert, Staff
from collections_app.services.records import Actor
from mediation.domain.timetables.first_fit import first_fit, in_order_of_coming, settled
from mediation.domain.timetables.problem import (
    Place,
    Problem,
    Sitting,
    beginnings,
    bits,
    cells,
    stretches,
    value,
    violations,
)
from mediation.gateways.cp_sat import process
from mediation.gateways.cp_sat.bound import bound_of
from mediation.gateways.cp_sat.wire import packed, problem_of
from mediation.models import Mediation, Mediator, Session, TimetableRun
from mediation.services import availability, timetables, wake
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import propose

HORIZON = 12
PEOPLE = 4

_stretch = st.tuples(st.integers(0, HORIZON - 1), st.integers(1, 6)).map(
    lambda pair: (pair[0], min(HORIZON, pair[0] + pair[1]))
)


@st.composite
def problems(draw: Any) -> Problem:
    """Make small problems, some with announced sessions, scarce pools, ways, and people who are rarely there."""
    sittings = []
    for key in range(draw(st.integers(1, 9))):
        able = st.lists(st.integers(0, PEOPLE - 1), min_size=1, max_size=PEOPLE, unique=True).map(tuple)
        roles = tuple(draw(st.lists(able, min_size=1, max_size=2)))
        before = Place(draw(st.integers(0, 8)), tuple(draw(st.sampled_from(each)) for each in roles))
        sittings.append(
            Sitting(
                key=key,
                steps=draw(st.integers(1, 3)),
                weight=draw(st.integers(1, 5)),
                starts=tuple(draw(st.lists(_stretch, max_size=2))),
                roles=roles,
                needs=("room",) if draw(st.booleans()) else (),
                before=before if draw(st.integers(0, 4)) == 0 else None,
                place=draw(st.integers(0, 2)),
            )
        )
    free = {person: tuple(draw(st.lists(_stretch, max_size=2))) for person in range(PEOPLE)}
    taken = {"room": tuple(draw(st.lists(_stretch, max_size=1)))}
    gaps = {"buffer": draw(st.integers(0, 1)), "default_travel": draw(st.integers(0, 3))}
    had = draw(st.lists(_stretch, max_size=1))
    held = {0: tuple((start, end, 2) for start, end in had)}
    # Nobody is free in the hours of a session they have.
    free[0] = stretches(bits(free[0]) & ~bits(had))
    return Problem(HORIZON, tuple(sittings), free, {"room": draw(st.integers(1, 2))}, taken, held=held, **gaps)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_rule_is_broken_and_settling_loses_nobody(problem: Problem) -> None:
    """Whatever the problem: everybody is in one place at a time, and settled sessions stay placed."""
    for found in (first_fit(problem), in_order_of_coming(problem)):
        assert violations(problem, found) == []
        later = settled(problem, found)
        assert violations(problem, later) == []
        assert later.keys() >= found.keys()
    assert problem_of(packed(problem)) == problem


def test_a_session_announced_moves_only_when_it_must() -> None:
    """It stays although an earlier hour is free, and moves when its mediator has fallen ill."""
    stays = Sitting(1, 2, 1, ((0, 9),), ((0, 1),), before=Place(6, (0,)))
    problem = Problem(HORIZON, (Sitting(2, 2, 5, ((0, 9),), ((0,),)), stays), {0: ((0, 12),), 1: ((0, 12),)})
    assert first_fit(problem)[1] == Place(6, (0,))
    assert settled(problem, first_fit(problem))[1] == Place(6, (0,))
    ill = Problem(HORIZON, (stays,), {0: (), 1: ((0, 12),)})
    assert first_fit(ill) == {1: Place(0, (1,))}


def test_a_broken_timetable_is_recognised() -> None:
    """Each rule by itself: hours, people, two at once, pools."""
    sittings = (Sitting(1, 2, 1, ((0, 4),), ((0,),), ("room",)), Sitting(2, 2, 1, ((0, 4),), ((0, 1),), ("room",)))
    problem = Problem(6, sittings, {0: ((0, 6),), 1: ((0, 3),)}, {"room": 1})
    good = {1: Place(0, (0,)), 2: Place(2, (0,))}
    assert violations(problem, good) == []
    for bad in (
        {1: Place(5, (0,))},
        {1: Place(0, (1,))},
        {2: Place(2, (1,))},
        {1: Place(0, (0,)), 2: Place(1, (0,))},
        {1: Place(0, (0,)), 2: Place(1, (1,))},
        {3: Place(0, (0,))},
        {1: Place(0, ())},
    ):
        assert violations(problem, bad), bad


def test_bits_and_stretches_are_the_same_thing() -> None:
    """There and back, and where so many steps begin."""
    assert stretches(bits([(0, 3), (5, 6), (6, 9)])) == ((0, 3), (5, 9))
    assert stretches(beginnings(bits([(0, 3), (5, 9)]), 3)) == ((0, 1), (5, 7))
    assert beginnings(0b101, 2) == 0


def test_the_window_is_cut_where_no_session_crosses() -> None:
    """Two half-days whose sessions end within them are two parts; one session across makes them one."""
    within = Sitting(1, 2, 1, ((0, 5), (6, 11)), ((0,),))
    assert cells(Problem(12, (within,), {})) == ((0, 6), (6, 12))
    across = Sitting(2, 2, 1, ((0, 12),), ((0,),))
    assert cells(Problem(12, (within, across), {})) == ((0, 12),)


def test_the_solver_finds_what_the_rule_misses_and_proves_it() -> None:
    """The heavy one takes the only hour of two others by the rule; the solver gives all three their hours."""
    sittings = (
        Sitting(1, 2, 5, ((0, 9),), ((0, 1),)),
        Sitting(2, 2, 2, ((0, 1),), ((0,),)),
        Sitting(3, 2, 2, ((0, 1),), ((1,),)),
    )
    problem = Problem(12, sittings, {0: ((0, 4),), 1: ((0, 4),)})
    assert value(problem, first_fit(problem)) < 9
    found, bound = process.find(problem, seconds=5)
    assert violations(problem, found) == []
    assert value(problem, found) == bound == 9


def test_the_solver_proves_what_adding_up_the_hours_does_not() -> None:
    """There are hours enough of everybody, and none in common: with one session no timetable can do better."""
    apart = Sitting(1, 2, 3, ((0, 9),), ((0,), (1,)))
    crossed = (Sitting(3, 2, 1, ((0, 1),), ((2, 3),)), Sitting(4, 2, 1, ((1, 2),), ((2, 3),)))
    sittings = (apart, Sitting(2, 2, 1, ((0, 9),), ((0,),)), *crossed, Sitting(5, 2, 1, ((0, 3),), ((3,),)))
    problem = Problem(4, sittings, {0: ((0, 2),), 1: ((2, 4),), 2: ((0, 2),), 3: ((1, 3),)})
    assert bound_of(problem, seconds=5) > 3
    found, bound = process.find(problem, seconds=10)
    assert len(found) == value(problem, found) == bound == 3


def test_a_solver_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """No timetable is made up: whoever asks hears that there is none."""
    monkeypatch.setattr(process.sys, "executable", "/bin/false")
    with pytest.raises(process.SolverFailedError):
        process.find(Problem(2, (Sitting(1, 1, 1, ((0, 1),), ((0,),)),), {0: ((0, 1),)}), seconds=0.1)


@pytest.fixture
def waiting(
    rules: None, mediator: Mediator, make_representative: Callable[[], Staff], collector: Staff, now: datetime
) -> list[Mediation]:
    make_representative()
    return [propose(Debtor(*factories.make_debtor()), collector, now) for _ in range(5)]


def test_a_branch_is_placed_together(waiting: list[Mediation], now: datetime) -> None:
    """Everybody gets an hour, nobody is in two places, and the run says that none could do better."""
    assert timetables.sweep(now=now) == 5
    hours = sorted((row.starts_at, row.ends_at) for row in Session.objects.all())
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(hours))
    run = TimetableRun.objects.get()
    assert (run.waiting, run.placed, run.gap, run.found_by) == (5, 5, 0, "rule")
    assert timetables.sweep(now=now) == 0


def test_a_second_run_waits_for_the_first_unless_that_was_killed(waiting: list[Mediation], now: datetime) -> None:
    """An open run keeps others out; after ten minutes it counts as lost."""
    TimetableRun.objects.create(branch=waiting[0].customer.branch, began_at=now, waiting=5)
    assert timetables.sweep(now=now + timedelta(minutes=9)) == 0
    assert timetables.sweep(now=now + timedelta(minutes=11)) == 5


def test_nobody_looks_for_dates_while_somebody_finds_them_alone(waiting: list[Mediation], now: datetime) -> None:
    """The demo bank's stories are booked step by step; a sweep between two steps would lead them elsewhere."""
    branch = waiting[0].customer.branch_id
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [wake._ALONE])
            assert timetables.schedule_branch(branch_id=branch, now=now) == 0
    finally:
        other.close()
    with wake.alone():
        pass
    assert timetables.schedule_branch(branch_id=branch, now=now) == len(waiting)


def test_without_the_solver_sessions_are_placed_by_the_rule_and_somebody_is_told(
    waiting: list[Mediation], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """The rule leaves one waiting, the solver fails: four have a date, the alert stands, the run says how."""

    def broken(*_args: Any, **_named: Any) -> Any:
        raise process.SolverFailedError

    monkeypatch.setattr(timetables, "find", broken)
    monkeypatch.setattr(timetables, "first_fit", lambda problem: dict(list(first_fit(problem).items())[:4]))
    timetables.sweep(now=now)
    assert TimetableRun.objects.get().found_by == "failed"
    assert Alert.objects.filter(kind="mediation_solver_failed", resolved_at__isnull=True).exists()


def test_whoever_falls_ill_is_replaced(
    waiting: list[Mediation], make_mediator: Callable[[], Mediator], administrator: Staff, now: datetime
) -> None:
    """The sessions in the absence get other hours or another mediator; those outside it stay."""
    timetables.sweep(now=now)
    first = Session.objects.order_by("during").first()
    assert first is not None
    assert first.mediator is not None
    day_end = first.starts_at + timedelta(hours=2)
    kept = set(Session.objects.filter(during__startswith__gte=day_end).values_list("id", flat=True))
    make_mediator()
    availability.add_absence(
        staff_id=first.mediator.staff_id, starts_at=first.starts_at, ends_at=day_end, actor=Actor.of(administrator)
    )
    assert timetables.vacate(now=now) == 5 - len(kept)
    assert timetables.vacate(now=now) == 0
    timetables.sweep(now=now)
    live = Session.objects.filter(state="scheduled")
    assert live.count() == 5
    assert kept <= set(live.values_list("id", flat=True))
    assert not live.filter(mediator=first.mediator, during__overlap=(first.starts_at, day_end)).exists()
