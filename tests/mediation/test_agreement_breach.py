"""Paid, late, cured, breached: what any order of payments makes of an agreement."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from collections_app.domain.arrangements import ArrangementState, Due, allocate, state_on
from collections_app.models import Account, ContactPoint, Event, Hold, Staff, Waiver
from collections_app.services import authorities, contacts, derivation, records
from collections_app.services.errors import RefusedError
from collections_app.services.issued import keeping
from collections_app.services.records import Actor
from mediation.domain import after
from mediation.models import Agreement
from tests.mediation.conftest import Parties
from tests.mediation.test_agreement_after import at, judged, pay, standing

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=200)
FIRST = date(2026, 12, 10)
# How many days after its day an instalment is paid, or that it never is.
HABIT = st.sampled_from([-4, 0, 1, 3, 4, 9, None])


def day_of(number: int) -> date:
    return FIRST + timedelta(days=30 * number)


def payments_of(habits: Sequence[int | None], fen: int) -> list[tuple[date, int]]:
    return [(day_of(n) + timedelta(days=late), fen) for n, late in enumerate(habits) if late is not None]


def lived_through(habits: Sequence[int | None], *, fen: int, grace: int) -> tuple[str, bool]:
    """Live day by day as the record does, a breach being final; return the last state and whether any day was late."""
    payments, state, was_late = payments_of(habits, fen), ArrangementState.PERFORMING, False
    for step in range(-5, 30 * len(habits) + 40):
        today = FIRST + timedelta(days=step)
        whole = [Due(n + 1, day_of(n), fen) for n in range(len(habits))]
        # Judged in the morning: of a day, what came in before it.
        paid = sum(each for day, each in payments if day < today)
        shares = allocate(instalments=whole, paid_fen=paid)
        unpaid = [Due(due.number, due.due_on, due.unpaid_fen - share) for due, share in zip(whole, shares, strict=True)]
        if state != ArrangementState.BREACHED:
            state = state_on(instalments=unpaid, today=today, grace_days=grace)
        was_late = was_late or state == ArrangementState.LATE
    return state.value, was_late


@CALM
@given(habits=st.lists(HABIT, min_size=1, max_size=6), fen=st.integers(1, 99_999_999), grace=st.integers(0, 5))
@example(habits=[3, 0, None], fen=130_000, grace=3)
@example(habits=[4, 0, 0], fen=130_000, grace=3)
@example(habits=[0] * 6, fen=99_999_999, grace=0)
def test_breached_exactly_when_the_grace_of_some_instalment_ends_unpaid(
    habits: list[int | None], fen: int, grace: int
) -> None:
    """By nothing but sums: for each instalment, was all that fell due by then paid by the end of its grace?"""
    payments = payments_of(habits, fen)

    def paid_by(day: date) -> int:
        return sum(each for on, each in payments if on <= day)

    kept = all(paid_by(day_of(n) + timedelta(days=grace)) >= fen * (n + 1) for n in range(len(habits)))
    in_time = all(paid_by(day_of(n)) >= fen * (n + 1) for n in range(len(habits)))
    state, was_late = lived_through(habits, fen=fen, grace=grace)
    assert state == ("performed" if kept else "breached")
    # Without grace there is no day on which it is late and not yet breached.
    assert was_late == (not in_time and grace > 0)


@CALM
@given(habits=st.lists(HABIT, min_size=1, max_size=5), fen=st.integers(1, 10**8), days=st.integers(-5, 200))
def test_cured_is_said_only_of_what_was_late_and_is_paid(habits: list[int | None], fen: int, days: int) -> None:
    """Never when every instalment so far was paid in time, nor while one that is over is unpaid and none was late."""
    today = FIRST + timedelta(days=days)
    payments = [item for item in payments_of(habits, fen) if item[0] <= today]
    lines = [after.Line(day_of(n), fen) for n in range(len(habits))]
    over = [n for n in range(len(habits)) if day_of(n) < today]
    late = [n for n in over if sum(each for day, each in payments if day <= day_of(n)) < fen * (n + 1)]
    made_good = [n for n in late if sum(each for _day, each in payments) >= fen * (n + 1)]
    assert after.cured(lines=lines, payments=payments, today=today) == bool(made_good)


@pytest.fixture
def agreed(parties: Parties, now: datetime) -> Agreement:
    """An agreement in force that lets off a fee on completion."""
    authorities.load()
    account = parties.debtor.account
    Account.objects.filter(id=account.id).update(fees_fen=20_000)
    draft = parties.draft(now, waived={"late_fee": 1_000})
    for signatory in ("bank", "mediator", "organisation"):
        parties.sign(draft, signatory, now)
    parties.customer_signs(draft, now)
    return Agreement.objects.get()


def may_call(agreed: Agreement, collector: Staff, now: datetime) -> bool:
    with transaction.atomic():
        customer = records.lock(customer_id=agreed.customer_id, now=now)
        derivation.derive(customer=customer, now=now)
        answer = contacts.permit(
            customer=customer, channel="voice", purpose="collection", actor=Actor.of(collector), now=now,
            contact_point=ContactPoint.objects.get(customer=customer),
        )  # fmt: skip
    return isinstance(answer, contacts.Permit)


def test_missed_within_grace_breached_and_collection_comes_back(
    agreed: Agreement, collector: Staff, now: datetime
) -> None:
    """Late is in force; the fourth day is a breach: the hold is gone, the fee is owed again, a call is allowed."""
    late, over = at(now, 12, 12), at(now, 12, 14)
    judged(late)
    assert standing(late)[0] == "late"
    assert not may_call(agreed, collector, late)
    judged(over)
    assert standing(over)[0] == "breached"
    assert not Hold.objects.filter(kind="agreement_active", released_at__isnull=True).exists()
    assert Event.objects.get(kind="plan.breached").payload["lapsed_fen"] == 1_000
    assert may_call(agreed, collector, over)
    pay(agreed, 390_000, over)
    assert standing(over)[0] == "breached"


def test_cured_goes_on_and_completed_brings_the_waiver(agreed: Agreement, collector: Staff, now: datetime) -> None:
    """Paid within grace it is in force again; with the last fen the waiver counts, and nothing lapses."""
    late, end = at(now, 12, 12), at(now, 12, 20)
    judged(late)
    pay(agreed, 130_000, late)
    assert standing(late)[0] == "cured"
    assert not may_call(agreed, collector, late)
    pay(agreed, 260_000, end)
    assert standing(end)[0] == "performed"
    assert not Event.objects.filter(kind="plan.breached").exists()
    assert Waiver.objects.get().arrangement.state == "performed"
    # The certificate waits for the core's books: money that has come in may still bounce.
    with pytest.raises(RefusedError, match="not_settled"):
        keeping.issue(
            customer_id=agreed.customer_id, account_id=agreed.account_id, kind="settlement", language="zh-hans",
            actor=records.CUSTOMER, now=end,
        )  # fmt: skip
