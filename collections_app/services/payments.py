"""Payments on the ground floor: what was paid becomes entries, and moves plan, promise and status at once."""

from datetime import datetime

from django.db import transaction

from collections_app.models import Account, Customer, Entry
from collections_app.services import cases, claims, derivation, plans, promises, records
from collections_app.services.errors import RefusedError


@transaction.atomic(durable=True)
def record_received(
    *,
    account_id: int,
    amount_fen: int,
    channel: str,
    reference: str,
    occurred_at: datetime,
    now: datetime,
    actor: records.Actor = records.CUSTOMER,
) -> Entry | None:
    """Record money that arrived. Return None when this reference is already recorded: nothing is done twice."""
    customer_id = Account.objects.filter(id=account_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_account")
    customer = records.lock(customer_id=customer_id, now=now)
    return record_received_within(
        customer=customer,
        account_id=account_id,
        amount_fen=amount_fen,
        channel=channel,
        reference=reference,
        occurred_at=occurred_at,
        now=now,
        actor=actor,
    )


def record_received_within(
    *,
    customer: Customer,
    account_id: int,
    amount_fen: int,
    channel: str,
    reference: str,
    occurred_at: datetime,
    now: datetime,
    actor: records.Actor = records.CUSTOMER,
) -> Entry | None:
    """Record money that arrived, on a record the caller has locked; derives.

    Gives it to the plan, keeps promises it fulfils, closes open claims of the same account, and closes the
    case when nothing is left. Return None when the reference is already recorded as received.
    """
    _check_amount(amount_fen)
    entry = Entry.objects.filter(reference=reference, kind="payment").first()
    if entry and entry.state in {"received", "posted"}:
        return None
    if entry and (entry.account_id != account_id or entry.amount_fen != amount_fen):
        raise RefusedError("payment_differs", reference=reference)
    if entry is None:
        entry = _entry(customer, account_id, "payment", "received", amount_fen, channel, reference, occurred_at, now)
    else:
        entry.state = "received"
        entry.occurred_at = occurred_at
        entry.save(update_fields=["state", "occurred_at"])
    records.append(
        customer=customer,
        kind="payment.received",
        actor=actor,
        now=now,
        account_id=account_id,
        payload={"entry": entry.id, "amount_fen": amount_fen, "channel": channel},
    )
    plans.allocate_within(customer=customer, account_id=account_id, paid_fen=amount_fen, now=now)
    promises.keep_within(customer=customer, account_id=account_id, now=now)
    claims.find_within(customer=customer, account_id=account_id, amount_fen=amount_fen, now=now)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
    return entry


def record_started_within(
    *, customer: Customer, account_id: int, amount_fen: int, channel: str, reference: str, now: datetime
) -> Entry:
    """Record a payment the customer has sent on its way: shown as in flight, never as owed; derives."""
    _check_amount(amount_fen)
    entry = _entry(customer, account_id, "payment", "in_flight", amount_fen, channel, reference, now, now)
    records.append(
        customer=customer,
        kind="payment.started",
        actor=records.CUSTOMER,
        now=now,
        account_id=account_id,
        payload={"entry": entry.id, "amount_fen": amount_fen, "channel": channel},
    )
    derivation.derive(customer=customer, now=now)
    return entry


def record_failed_within(*, customer: Customer, reference: str, reason: str, now: datetime) -> None:
    """Record that a payment in flight did not arrive; derives. A payment already received is left as it is."""
    entry = Entry.objects.filter(customer=customer, reference=reference, kind="payment", state="in_flight").first()
    if entry is None:
        return
    entry.state = "failed"
    entry.save(update_fields=["state"])
    records.append(
        customer=customer,
        kind="payment.failed",
        actor=records.CUSTOMER,
        now=now,
        account_id=entry.account_id,
        payload={"entry": entry.id, "amount_fen": entry.amount_fen, "reason": reason},
    )
    derivation.derive(customer=customer, now=now)


@transaction.atomic(durable=True)
def record_reversed(*, reference: str, occurred_at: datetime, now: datetime) -> Entry | None:
    """Record that a received payment bounced. Return None when the reversal is already recorded."""
    paid = Entry.objects.filter(reference=reference, kind="payment").first()
    if paid is None or paid.state not in {"received", "posted"}:
        raise RefusedError("no_such_payment", reference=reference)
    customer = records.lock(customer_id=paid.customer_id, now=now)
    if Entry.objects.filter(reference=reference, kind="reversal").exists():
        return None
    entry = _entry(
        customer, paid.account_id, "reversal", "received", paid.amount_fen, paid.channel, reference, occurred_at, now
    )
    records.append(
        customer=customer,
        kind="payment.reversed",
        actor=records.SYSTEM,
        now=now,
        account_id=paid.account_id,
        payload={"entry": entry.id, "amount_fen": paid.amount_fen},
    )
    plans.take_back_within(customer=customer, account_id=paid.account_id, fen=paid.amount_fen, now=now)
    derivation.derive(customer=customer, now=now)
    return entry


def _check_amount(amount_fen: int) -> None:
    if amount_fen <= 0:
        raise RefusedError("payment_not_positive")


def _entry(
    customer: Customer,
    account_id: int,
    kind: str,
    state: str,
    amount_fen: int,
    channel: str,
    reference: str,
    occurred_at: datetime,
    now: datetime,
) -> Entry:
    if not Account.objects.filter(id=account_id, customer=customer).exists():
        raise RefusedError("no_such_account")
    return Entry.objects.create(
        account_id=account_id,
        customer=customer,
        kind=kind,
        state=state,
        amount_fen=amount_fen,
        channel=channel,
        reference=reference,
        occurred_at=occurred_at,
        recorded_at=now,
    )
