"""Sessions in person: a free room, the way between two places, and a timetable that keeps both."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from collections_app.models import Alert, Staff
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.domain.diaries import Booking, Diary, Spacing
from mediation.domain.slots import Span
from mediation.domain.timetables.first_fit import first_fit
from mediation.domain.timetables.problem import Place as At
from mediation.domain.timetables.problem import Problem, Sitting, value, violations
from mediation.domain.timetables.weights import weight
from mediation.gateways.cp_sat import model, process
from mediation.models import (
    DateRule,
    Mediation,
    MediationOrganisation,
    Mediator,
    Place,
    Room,
    Session,
    SessionSpacing,
    Travel,
)
from mediation.services import places, scheduling, timetables
from tests import factories
from tests.mediation.conftest import Debtor, make_room
from tests.mediation.test_booking import hour
from tests.mediation.test_story import propose

DAY = datetime(2026, 11, 24, 9).astimezone()
HOUR = timedelta(hours=1)


def in_person(collector: Staff, now: datetime, kind: str = "mediation") -> Mediation:
    """Talks that are held in person."""
    mediation = propose(Debtor(*factories.make_debtor()), collector, now, kind)
    mediation.route = "meeting"
    mediation.save()
    return mediation


def span(start: float, end: float) -> Span:
    return Span(DAY + start * HOUR, DAY + end * HOUR)


def test_the_way_to_another_place_is_no_free_time() -> None:
    """Ways that were measured, others by default, the buffer always; by telephone there is no way."""
    spacing = Spacing(timedelta(minutes=30), timedelta(hours=2), {frozenset((1, 2)): HOUR})
    diary = Diary(7, (span(0, 9),), booked=(Booking(span(3, 4), place=1),))
    free = {place: diary.calendar(place=place, spacing=spacing).free() for place in (None, 1, 2, 3)}
    assert free[None] == free[1] == [span(0, 2.5), span(4.5, 9)]
    assert free[2] == [span(0, 2), span(5, 9)]
    assert free[3] == [span(0, 1), span(6, 9)]


def test_what_runs_out_of_time_weighs_more() -> None:
    """Tries in vain, the end of the term, the end of limitation; what is past hurries nobody."""
    today = DAY.date()
    assert weight(tries=0, today=today) == 1
    assert weight(tries=9, today=today) == 5
    near = weight(tries=0, today=today, term_ends_on=today + timedelta(days=3))
    assert near > weight(tries=0, today=today, term_ends_on=today + timedelta(days=10)) > 1
    assert weight(tries=0, today=today, limitation_ends_on=today + timedelta(days=30)) == near
    assert weight(tries=0, today=today, limitation_ends_on=today - timedelta(days=1)) == 1


def test_a_session_in_person_takes_a_room_and_the_next_one_another_hour(
    rules: None, collector: Staff, mediator: Mediator, make_mediator: Callable[[], Mediator],
    make_representative: Callable[[], Staff], now: datetime,
) -> None:  # fmt: skip
    """Two of everybody and one room: the room decides. The database refuses what the scheduler would never do."""
    make_mediator()
    make_representative()
    make_representative()
    first, second = (scheduling.schedule(mediation_id=in_person(collector, now).id, now=now) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.room == second.room == Room.objects.get()
    assert first.ends_at <= second.starts_at
    third = in_person(collector, now)
    row = hour(third, make_mediator(), make_representative(), now, during=first.during, room=first.room)
    with pytest.raises(IntegrityError, match="session_one_per_room_at_once"), transaction.atomic():
        Session.objects.create(**row)


def test_without_a_room_there_is_no_date_and_the_alert_says_so(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Closed rooms, and rooms too small for three, are none."""
    Room.objects.update(capacity=2)
    mediation = in_person(collector, now)
    assert scheduling.schedule(mediation_id=mediation.id, now=now) is None
    assert Alert.objects.get(kind="mediation_unscheduled").detail["cause"] == "no_room"
    two = in_person(collector, now, kind="negotiation")
    assert scheduling.schedule(mediation_id=two.id, now=now) is not None


def test_an_organisations_premises_are_for_its_own_mediators(
    rules: None,
    collector: Staff,
    mediator: Mediator,
    representative: Staff,
    organisation: MediationOrganisation,
    now: datetime,
) -> None:
    """Another organisation's room is none for this mediator, and the bank's own talks are held at the bank's own."""
    other = MediationOrganisation.objects.create(
        code="OTHER", name_zh="另一调解中心", name_en="Other centre", kind="industry", registration_no="2",
        lawfully_established=True, fee_free=True,
    )  # fmt: skip
    Place.objects.update(organisation=other)
    for kind in ("mediation", "negotiation"):
        assert scheduling.schedule(mediation_id=in_person(collector, now, kind).id, now=now) is None
    Place.objects.update(organisation=organisation)
    assert scheduling.schedule(mediation_id=in_person(collector, now).id, now=now) is not None


def test_whoever_was_elsewhere_before_has_the_time_to_come(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Ninety minutes on the way: the next session here begins that much later than one would at the same place."""
    first = scheduling.schedule(mediation_id=in_person(collector, now).id, now=now)
    assert first is not None
    assert first.room is not None
    branch = first.customer.branch
    Room.objects.update(active=False)
    there = make_room(branch, "101", place="BJ-2")
    Travel.objects.create(one=first.room.place, other=there.place, minutes=90)
    second = scheduling.schedule(mediation_id=in_person(collector, now).id, now=now)
    assert second is not None
    assert second.room == there
    assert second.starts_at >= first.ends_at + timedelta(minutes=90)


def test_many_sessions_in_person_are_placed_together_with_rooms_and_ways(
    rules: None, collector: Staff, mediator: Mediator, make_mediator: Callable[[], Mediator],
    make_representative: Callable[[], Staff], now: datetime,
) -> None:  # fmt: skip
    """Two places, two rooms: nobody is at two places within an hour, no room twice, all have a room."""
    make_mediator()
    branch = make_representative().branch
    make_representative()
    assert branch is not None
    make_room(branch, "101", place="BJ-2")
    for _ in range(6):
        in_person(collector, now)
    assert timetables.sweep(now=now) == 6
    booked = list(Session.objects.select_related("room"))
    assert {row.room.place_id for row in booked if row.room} == set(Place.objects.values_list("id", flat=True))
    for one in booked:
        for other in booked:
            assert one.room is not None
            assert other.room is not None
            if one.id < other.id and (one.mediator_id == other.mediator_id or one.room_id == other.room_id):
                way = HOUR if one.room.place_id != other.room.place_id else timedelta()
                assert one.starts_at >= other.ends_at + way or other.starts_at >= one.ends_at + way


def test_who_sits_in_a_room_that_is_closed_gets_another(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, administrator: Staff, now: datetime
) -> None:
    """As for illness: that session alone is moved."""
    session = scheduling.schedule(mediation_id=in_person(collector, now).id, now=now)
    assert session is not None
    assert session.room is not None
    make_room(session.customer.branch, "302")
    session.room.active = False
    places.save_room(row=session.room, actor=Actor.of(administrator))
    assert timetables.vacate(now=now) == 1
    assert timetables.sweep(now=now) == 1
    session.refresh_from_db()
    assert session.closed_because == "room_closed"
    moved = Session.objects.get(state="scheduled")
    assert moved.room is not None
    assert moved.room.name == "302"


def sittings(number: int, *, places: int = 1) -> tuple[Sitting, ...]:
    return tuple(
        Sitting(key, 2, 1 + key % 3, ((0, 79),), ((key % 4, 4, 5),), ("room",), place=1 + key % places)
        for key in range(number)
    )


def test_the_rule_and_the_solver_keep_ways_and_buffers() -> None:
    """Each by itself on the same problem; the solver places at least as much, and the bound holds."""
    problem = Problem(
        16, sittings(9, places=2), dict.fromkeys(range(6), ((0, 16),)), {"room": 3}, buffer=1, default_travel=3,
        held={4: ((4, 6, 2),)},
    )  # fmt: skip
    by_rule = first_fit(problem)
    assert violations(problem, by_rule) == []
    found, bound = model.solve(model.Model(problem), begin=by_rule, seconds=5, workers=1)
    assert violations(problem, found) == []
    assert value(problem, by_rule) <= value(problem, found) <= bound + 1e-6
    near = {0: At(0, (4,)), 1: At(3, (4,))}
    assert any("too little time" in each for each in violations(problem, near))


def test_the_solver_places_no_more_than_ways_and_buffers_allow() -> None:
    """One person each: four sessions at two places, three with a pause, three beside one that stands elsewhere."""
    far = tuple(Sitting(key, 2, 1, ((0, 7),), ((0,),), place=1 + key % 2) for key in range(4))
    near = tuple(Sitting(key, 2, 1, ((0, 7),), ((0,),), place=1) for key in range(3))
    whole = {0: ((0, 8),)}
    for problem, most in (
        (Problem(8, far, whole, default_travel=2), 3),
        (Problem(8, far, whole, default_travel=2, travel=((1, 2, 0),)), 4),
        (Problem(6, near, {0: ((0, 6),)}, buffer=1), 2),
        (Problem(8, near, {0: ((0, 2), (4, 8))}, default_travel=2, held={0: ((2, 4, 2),)}), 1),
    ):
        found, bound = model.solve(model.Model(problem), begin={}, seconds=5, workers=1)
        assert violations(problem, found) == []
        assert value(problem, found) == round(bound) == most


def test_one_mediator_with_two_places_is_scheduled_as_tightly_as_the_way_allows() -> None:
    """The proof: three hours at two places with an hour's way need seven steps of eight, and the solver finds them."""
    jobs = tuple(Sitting(key, 2, 1, ((0, 7),), ((0,),), place=place) for key, place in ((1, 1), (2, 2), (3, 1)))
    problem = Problem(8, jobs, {0: ((0, 8),)}, default_travel=2)
    found, bound = process.find(problem, seconds=5)
    assert violations(problem, found) == []
    assert value(problem, found) == bound == 3


def test_a_mediator_who_falls_ill_is_replaced_within_seconds_and_nobody_else_moves() -> None:
    """Two hundred announced sessions: those of the one who is away find others, all others stand where they stood."""
    free = dict.fromkeys(range(10), ((0, 80),))
    asked = tuple(Sitting(key, 2, 1, ((0, 79),), (tuple(range(10)),), ("room",), place=1) for key in range(200))
    announced = first_fit(Problem(80, asked, free, {"room": 8}, default_travel=2))
    assert len(announced) == 200
    again = tuple(
        Sitting(each.key, 2, 1, each.starts, each.roles, each.needs, announced[each.key], 1) for each in asked
    )
    ill = Problem(80, again, free | {3: ()}, {"room": 8}, default_travel=2)
    began = time.monotonic()
    found, _bound = process.find(ill, seconds=10)
    assert time.monotonic() - began < 20
    assert violations(ill, found) == []
    assert len(found) == 200
    moved = [key for key, place in found.items() if place != announced[key]]
    assert set(moved) == {key for key, place in announced.items() if 3 in place.persons}
    loads = [sum(person in place.persons for place in found.values()) for person in range(10) if person != 3]
    assert max(loads) - min(loads) <= 4


def test_places_are_written_by_who_may_and_only_as_they_can_be(administrator: Staff, collector: Staff) -> None:
    """A way has two ends in one order; one row on the time between sessions; limits of the rules of dates."""
    actor = Actor.of(administrator)
    one, other = (make_room(factories.make_branch(), place=code).place for code in ("A-1", "A-2"))
    with pytest.raises(NotAllowedError):
        places.save_room(row=Room(place=one, name="9"), actor=Actor.of(collector))
    one.zone = "Mars/Olympus"
    with pytest.raises(RefusedError, match="no_such_time_zone"):
        places.save_place(row=one, actor=actor)
    with pytest.raises(RefusedError, match="way_to_itself"):
        places.save_travel(row=Travel(one=other, other=other, minutes=5), actor=actor)
    way = places.save_travel(row=Travel(one=other, other=one, minutes=5), actor=actor)
    assert (way.one_id, way.other_id) == (one.id, other.id)
    with pytest.raises(ValidationError):
        places.save_travel(row=Travel(one=one, other=other, minutes=6), actor=actor)
    compliance = Actor.of(factories.make_staff("compliance"))
    places.save_spacing(row=SessionSpacing(buffer_minutes=10), actor=compliance)
    places.save_spacing(row=SessionSpacing(buffer_minutes=20), actor=compliance)
    assert SessionSpacing.objects.get().buffer_minutes == 20
    with pytest.raises(ValidationError):
        places.save_date_rule(row=DateRule(product="card", route="video", offered=9), actor=compliance)


def test_the_tables_of_places_refuse_what_cannot_be(db: None) -> None:
    """Rooms without seats, ways in the wrong order, a second row of spacing, offers beyond reason."""
    one, other = (make_room(factories.make_branch(), place=code).place for code in ("A-1", "A-2"))
    bad = {
        "room_seats_two": lambda: Room.objects.create(place=one, name="x", capacity=1),
        "room_once": lambda: Room.objects.create(place=one, name="301"),
        "travel_in_order": lambda: Travel.objects.create(one=other, other=one, minutes=1),
        "session_spacing_is_one_row": lambda: SessionSpacing.objects.create(pk=2),
        "session_spacing_within_a_day": lambda: SessionSpacing.objects.create(pk=1, buffer_minutes=999),
        "date_rule_within_reason": lambda: DateRule.objects.create(product="card", route="video", answer_hours=0),
    }
    for name, write in bad.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()
