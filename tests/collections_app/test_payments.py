"""Money that arrives moves everything it bears on, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    Arrangement,
    Case,
    Customer,
    Entry,
    Event,
    HandOff,
    Hold,
    PaymentClaim,
    Staff,
)
from collections_app.services import claims, handoffs, payments, plans, promises, records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


def receive(account: Account, fen: int, at: datetime, reference: str = "R1") -> Entry | None:
    return payments.record_received(
        account_id=account.id, amount_fen=fen, channel="gateway", reference=reference, occurred_at=at, now=at
    )


def agree(debtor: Debtor, instalments: list[tuple[date, int]], now: datetime) -> Arrangement:
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        return plans.agree_within(
            customer=customer,
            account=debtor.account,
            source="mediation",
            source_reference="M1",
            instalments=instalments,
            grace_days=3,
            actor=records.SYSTEM,
            now=now,
        )


def test_paying_all_that_is_overdue_closes_the_case(debtor: Debtor, now: datetime) -> None:
    receive(debtor.account, 391_300, now)
    debtor.customer.refresh_from_db()
    assert (debtor.customer.case_number, debtor.customer.status, debtor.customer.overdue_fen) == ("", "current", 0)
    assert Case.objects.get().close_reason == "cured"
    assert [event.kind for event in Event.objects.order_by("id")] == ["payment.received", "case.closed"]


def test_a_case_with_an_open_hand_off_stays_open_when_paid(debtor: Debtor, collector: Staff, now: datetime) -> None:
    handoff = handoffs.open_(
        customer_id=debtor.customer.id, kind="document", carries=factories.carried("document"),
        actor=Actor.of(collector), seen_version=1, now=now,
    )  # fmt: skip
    receive(debtor.account, 391_300, now)
    debtor.customer.refresh_from_db()
    assert debtor.customer.case_number
    handoffs.move(handoff_id=handoff.id, state="done", actor=Actor.of(collector), seen_version=None, now=now)
    debtor.customer.refresh_from_db()
    assert debtor.customer.case_number == ""


def test_the_same_reference_twice_is_recorded_once(debtor: Debtor, now: datetime) -> None:
    assert receive(debtor.account, 100_000, now)
    assert receive(debtor.account, 100_000, now) is None
    assert Entry.objects.count() == 1
    debtor.account.refresh_from_db()
    assert debtor.account.overdue_fen == 291_300


@pytest.mark.django_db(transaction=True)
def test_eight_notices_of_one_payment_at_once_give_one_entry(debtor: Debtor, now: datetime) -> None:
    def notify(_: int) -> bool:
        try:
            return receive(debtor.account, 100_000, now) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        recorded = list(pool.map(notify, range(8)))
    assert sum(recorded) == 1
    assert Entry.objects.count() == 1


def test_a_payment_that_contradicts_its_own_start_is_refused(debtor: Debtor, now: datetime) -> None:
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        payments.record_started_within(
            customer=customer,
            account_id=debtor.account.id,
            amount_fen=100_000,
            channel="gateway",
            reference="R1",
            now=now,
        )
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "payment_pending"
    with pytest.raises(RefusedError) as refused:
        receive(debtor.account, 1, now)
    assert refused.value.code == "payment_differs"
    assert Entry.objects.get().state == "in_flight"


def test_a_claim_of_payment_ends_when_the_money_is_found(debtor: Debtor, collector: Staff, now: datetime) -> None:
    claims.record(
        customer_id=debtor.customer.id,
        account_id=debtor.account.id,
        amount_fen=100_000,
        channel="counter",
        paid_on=now.date(),
        actor=Actor.of(collector),
        seen_version=1,
        now=now,
    )
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "payment_pending"
    assert HandOff.objects.get().kind == "payment_trace"
    receive(debtor.account, 100_000, now)
    assert PaymentClaim.objects.get().state == "open", "by another way: somebody looks"
    assert Event.objects.get(kind="payment.received").payload["beside_claim"] == PaymentClaim.objects.get().id
    values: dict[str, Any] = {
        "amount_fen": 100_000,
        "channel": "counter",
        "reference": "C1",
        "occurred_at": now - timedelta(hours=1),
    }
    payments.record_received(account_id=debtor.account.id, now=now + timedelta(hours=1), **values)
    assert PaymentClaim.objects.get().state == "found"
    assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_a_plan_stops_collection_and_a_missed_instalment_brings_it_back(debtor: Debtor, now: datetime) -> None:
    """Late after the day, breached after the days of grace; then the account is collected again."""
    today = now.date()
    plan = agree(debtor, [(today + timedelta(days=10), 200_000), (today + timedelta(days=40), 191_300)], now)
    assert Hold.objects.get(released_at__isnull=True).kind == "agreement_active"
    plans.judge_due(now=now + timedelta(days=11))
    plan.refresh_from_db()
    assert plan.state == "late"
    assert Customer.objects.get().status == "plan_late"
    plans.judge_due(now=now + timedelta(days=13))
    plan.refresh_from_db()
    assert plan.state == "late"
    Account.objects.update(data_as_of=today + timedelta(days=13))
    plans.judge_due(now=now + timedelta(days=14))
    plan.refresh_from_db()
    assert plan.state == "breached"
    assert Customer.objects.get().status == "to_contact"
    assert Event.objects.filter(kind="plan.breached").count() == 1


def test_a_plan_paid_instalment_by_instalment_is_performed(debtor: Debtor, now: datetime) -> None:
    today = now.date()
    plan = agree(debtor, [(today + timedelta(days=10), 200_000), (today + timedelta(days=40), 191_300)], now)
    receive(debtor.account, 250_000, now, "R1")
    assert list(plan.instalments.values_list("paid_fen", flat=True)) == [200_000, 50_000]
    receive(debtor.account, 141_300, now, "R2")
    plan.refresh_from_db()
    assert plan.state == "performed"
    assert Customer.objects.get().case_number == ""


def test_a_plan_takes_the_place_of_a_promise(debtor: Debtor, collector: Staff, now: datetime) -> None:
    promise = promises.take(
        customer_id=debtor.customer.id,
        account_id=debtor.account.id,
        parts=[Part(now.date() + timedelta(days=2), 100_000)],
        actor=Actor.of(collector),
        seen_version=1,
        now=now,
    )
    agree(debtor, [(now.date() + timedelta(days=10), 391_300)], now)
    promise.refresh_from_db()
    assert promise.state == "superseded"
    assert [hold.kind for hold in Hold.objects.filter(released_at__isnull=True)] == ["agreement_active"]


def test_a_bounced_payment_is_owed_again(debtor: Debtor, now: datetime) -> None:
    receive(debtor.account, 100_000, now)
    payments.record_reversed(reference="R1", occurred_at=now, now=now)
    assert payments.record_reversed(reference="R1", occurred_at=now, now=now) is None
    debtor.account.refresh_from_db()
    assert debtor.account.overdue_fen == 391_300


def test_a_claim_nobody_finds_is_resolved_by_those_who_may_and_another_can_be_made(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    def claim() -> PaymentClaim:
        return claims.record(
            customer_id=debtor.customer.id,
            account_id=debtor.account.id,
            amount_fen=100_000,
            channel="counter",
            paid_on=now.date(),
            actor=Actor.of(collector),
            seen_version=None,
            now=now,
        )

    first = claim()
    with pytest.raises(NotAllowedError):
        claims.resolve(claim_id=first.id, result="found", actor=Actor.of(collector), seen_version=None, now=now)
    claims.resolve(claim_id=first.id, result="not_found", actor=Actor.of(supervisor), seen_version=None, now=now)
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert claim().id != first.id
