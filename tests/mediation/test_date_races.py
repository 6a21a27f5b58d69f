"""Everybody at the dates at once: customers who choose and move, staff who cancel, illness, the scheduler's task."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collections_app.models import Staff
from collections_app.services.records import Actor
from mediation.models import Absence, DateRule, Mediation, Mediator, Session
from mediation.selectors import offers
from mediation.services import availability, dates, scheduling, sessions, timetables
from tests import factories
from tests.collections_app.test_approval_races import at_once
from tests.mediation.conftest import Debtor
from tests.mediation.test_booking import overlapping
from tests.mediation.test_story import propose, version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_n_plus_one")]


def test_choosers_movers_illness_and_the_scheduler_at_once_lose_and_double_nothing(
    rules: None, make_mediator: Callable[[], Mediator], make_representative: Callable[[], Staff], collector: Staff,
    administrator: Staff, now: datetime,
) -> None:  # fmt: skip
    """One mediator falls ill meanwhile. Each talks has one date at the end, nobody two at an hour, nobody one ill."""
    ill, _other = make_mediator(), make_mediator()
    for _ in range(2):
        make_representative()
    announced = propose(Debtor(*factories.make_debtor()), collector, now)
    moved = scheduling.schedule(mediation_id=announced.id, now=now)
    DateRule.objects.create(product="card", route="telephone", offered=3, answer_hours=48)
    choosing = [propose(Debtor(*factories.make_debtor()), collector, now) for _ in range(2)]
    for talks in choosing:
        scheduling.schedule(mediation_id=talks.id, now=now)
    [first, second] = [offers.pickable(talks, now=now)[0] for talks in choosing]
    waits = propose(Debtor(*factories.make_debtor()), collector, now)
    assert moved is not None
    assert moved.mediator is not None
    # Two windows of one party, and the mediator who calls the same date off.
    mover = {"customer_id": moved.customer_id, "mediation_id": moved.mediation_id, "session_id": moved.id}
    seen = version(Debtor(moved.customer, moved.mediation.account))
    staff = Actor.of(moved.mediator.staff)
    ends = at_once(
        lambda: dates.pick(customer_id=first.customer_id, mediation_id=first.mediation_id, offer_id=first.id, now=now),
        lambda: dates.pick(customer_id=first.customer_id, mediation_id=first.mediation_id, offer_id=first.id, now=now),
        lambda: dates.pick(
            customer_id=second.customer_id, mediation_id=second.mediation_id, offer_id=second.id, now=now
        ),
        lambda: dates.move(**mover, seen_version=seen, now=now),
        lambda: dates.move(**mover, seen_version=seen, now=now),
        lambda: sessions.cancel(session_id=moved.id, actor=staff, seen_version=seen, now=now),
        lambda: availability.add_absence(
            staff_id=ill.staff_id, starts_at=now, ends_at=now + timedelta(days=30), actor=Actor.of(administrator)
        ),
        lambda: timetables.schedule_branch(branch_id=waits.customer.branch_id, now=now),
        lambda: timetables.vacate(now=now),
    )
    assert "" not in ends
    # What a worker does every minute, until nothing is left to do; offers nobody answers lapse.
    later = now + timedelta(hours=49)
    for at in (now, later, later):
        timetables.vacate(now=at)
        timetables.sweep(now=at)
    held = list(Session.objects.filter(state="scheduled").select_related("mediator"))
    assert sorted(row.mediation_id for row in held) == sorted(Mediation.objects.values_list("id", flat=True))
    assert not Mediation.objects.exclude(state="scheduled").exists()
    assert Absence.objects.get().staff_id not in {row.mediator.staff_id for row in held if row.mediator}
    assert not overlapping(held, lambda row: row.mediator_id)
    assert not overlapping(held, lambda row: row.representative_id)
