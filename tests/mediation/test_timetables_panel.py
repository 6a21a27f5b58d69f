"""The panel in the timetable: a session is placed where its experts are free too, and found anew when one falls ill."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest

from collections_app.models import Account, Alert, Staff
from collections_app.services.records import Actor
from mediation.domain.people.roles import SEATED
from mediation.domain.slots import WeeklyHours
from mediation.domain.timetables.first_fit import first_fit
from mediation.models import Expert, Mediation, Mediator, PanelSeat, Session, SessionSpacing
from mediation.selectors.free_hours import PANEL_TRIES
from mediation.selectors.timetables import asked
from mediation.services import availability, scheduling, timetables
from tests import factories
from tests.mediation.conftest import Debtor, make_room
from tests.mediation.test_story import propose

HOUR = timedelta(hours=1)


@pytest.fixture
def large(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> Callable[[], Mediation]:
    """Return what proposes talks about an amount that asks for legal counsel; there are rooms enough."""
    for name in ("302", "303"):
        make_room(representative.branch, name)

    def make() -> Mediation:
        debtor = Debtor(*factories.make_debtor())
        Account.objects.filter(id=debtor.account.id).update(payoff_fen=30_000_000)
        return propose(debtor, collector, now)

    return make


@pytest.fixture
def away(administrator: Staff) -> Callable[[Expert, datetime, datetime], None]:
    """Return what sends an expert on leave."""

    def leave(expert: Expert, start: datetime, end: datetime) -> None:
        availability.add_absence(staff_id=expert.staff_id, starts_at=start, ends_at=end, actor=Actor.of(administrator))

    return leave


def seat(session: Session) -> PanelSeat:
    return PanelSeat.objects.get(session=session, live=True, state="proposed")


def test_a_session_waits_for_the_hour_at_which_its_expert_is_free(
    large: Callable[[], Mediation], make_mediator: Callable[[], Mediator], make_representative: Callable[[], Staff],
    make_expert: Callable[..., Expert], away: Callable, now: datetime,
) -> None:  # fmt: skip
    """Away until Tuesday evening: Wednesday. Taken by another session: after it, and after the bank's minutes."""
    make_mediator()
    make_representative()
    expert = make_expert()
    tuesday = (now + timedelta(days=4)).replace(hour=20)
    away(expert, now, tuesday)
    first = scheduling.schedule(mediation_id=large().id, now=now)
    assert first is not None
    assert first.starts_at > tuesday
    assert seat(first).expert == expert
    SessionSpacing.objects.create(id=1, buffer_minutes=30)
    second = scheduling.schedule(mediation_id=large().id, now=now)
    assert second is not None
    assert second.mediator != first.mediator
    assert second.starts_at >= first.ends_at + HOUR / 2
    assert seat(second).expert == expert


def test_when_only_the_experts_hours_are_missing_the_alert_says_so(
    large: Callable[[], Mediation], make_expert: Callable[..., Expert], administrator: Staff, now: datetime
) -> None:
    """Free at noon, when nobody else works: there is somebody, and no common hour. After a day they meet without."""
    expert = make_expert()
    noon = [WeeklyHours(day, time(12), time(14)) for day in range(5)]
    availability.set_weekly(staff_id=expert.staff_id, hours=noon, actor=Actor.of(administrator))
    talks = large()
    assert scheduling.schedule(mediation_id=talks.id, now=now) is None
    assert Alert.objects.get(kind="mediation_unscheduled").detail["cause"] == "no_expert"
    Mediation.objects.filter(id=talks.id).update(tries=PANEL_TRIES - 1)
    assert scheduling.schedule(mediation_id=talks.id, now=now) is None
    session = scheduling.schedule(mediation_id=talks.id, now=now)
    assert session is not None
    assert not session.seats.filter(state__in=SEATED).exists()


def test_experts_are_people_of_the_timetable_of_many(
    large: Callable[[], Mediation], make_mediator: Callable[[], Mediator], make_representative: Callable[[], Staff],
    make_expert: Callable[..., Expert], now: datetime,
) -> None:  # fmt: skip
    """Everybody but the counsel is there twice: three sessions, one after the other; the one thought of sits there."""
    make_mediator()
    make_representative()
    expert = make_expert()
    for _ in range(3):
        large()
    waiting = Mediation.objects.select_related("account", "customer")
    question = asked(list(waiting), now=now)
    assert [len(sitting.roles) for sitting in question.problem.sittings] == [3, 3, 3]
    places = first_fit(question.problem)
    assert {question.slot(key, place).panel for key, place in places.items()} == {(expert.id,)}
    assert timetables.sweep(now=now) == 3
    sessions = list(Session.objects.order_by("during"))
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(sessions))
    assert [seat(session).expert for session in sessions] == [expert] * 3


def test_an_expert_who_falls_ill_is_replaced_and_the_session_stays(
    large: Callable[[], Mediation], make_expert: Callable[..., Expert], away: Callable, now: datetime
) -> None:
    """With nobody else free at that hour it moves to one at which somebody is."""
    ill, other = make_expert(), make_expert()
    session = scheduling.schedule(mediation_id=large().id, now=now)
    assert session is not None
    assert seat(session).expert == ill
    away(ill, session.starts_at, session.ends_at)
    assert timetables.vacate(now=now) == 0
    assert seat(session).expert == other
    away(other, session.starts_at, session.ends_at + timedelta(hours=8))
    assert timetables.vacate(now=now) == 1
    timetables.sweep(now=now)
    session.refresh_from_db()
    assert (session.state, session.closed_because) == ("cancelled", "person_away")
    moved = Session.objects.get(state="scheduled")
    assert moved.starts_at >= session.ends_at
    assert seat(moved).expert == ill
