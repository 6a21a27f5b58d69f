"""Payments on the ground floor: what was paid becomes entries, and moves plan, promise and status at once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from collections_app.domain.amounts import FiveAmounts, given_back
from collections_app.domain.entries import IN_FLIGHT, UNDER_WAY, UNIDENTIFIED
from collections_app.models import Account, Customer, Entry
from collections_app.services import cases, claims, derivation, journal, plans, promise_verdicts, records
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
    through: str = "",
    identified: bool = False,
) -> Entry | None:
    """Record money that arrived, on a record the caller has locked; derives.

    ``through`` is the gateway that owes it to the bank, where there is one. ``identified`` says that somebody has
    found out what another sum than was sent on its way is for: what arrived counts. Books it, gives it to the plan,
    keeps promises it fulfils, closes the open claim that speaks of it, and the case when nothing is left; a claim that
    speaks of another payment stays open, and is noted. Return None when the reference is already recorded as received.
    """
    _check_amount(amount_fen)
    account = _account(customer, account_id)
    entry = Entry.objects.filter(reference=reference, kind="payment").first()
    if entry and entry.state in {"received", "posted"}:
        return None
    if entry and (entry.account_id != account_id or (entry.amount_fen != amount_fen and not identified)):
        raise RefusedError("payment_differs", reference=reference)
    if entry is None:
        entry = _entry(customer, account, "payment", "received", amount_fen, channel, reference, occurred_at, now)
    else:
        entry.state, entry.amount_fen = "received", amount_fen
        entry.occurred_at = occurred_at
    entry.lowered = _lowered(account, amount_fen)
    entry.save(update_fields=["state", "amount_fen", "occurred_at", "lowered"])
    journal.book_received_within(entry=entry, account=account, through=through or channel, now=now)
    traced = claims.left_open_by(customer=customer, entry=entry)
    records.append(
        customer=customer,
        kind="payment.received",
        actor=actor,
        now=now,
        account_id=account_id,
        payload={"entry": entry.id, "amount_fen": amount_fen, "channel": channel}
        | ({"beside_claim": traced.id} if traced else {}),
    )
    plans.recount_within(customer=customer, account_id=account_id, now=now)
    promise_verdicts.recount_within(customer=customer, account_id=account_id, now=now)
    claims.find_within(customer=customer, entry=entry, now=now)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
    return entry


def record_started_within(
    *, customer: Customer, account_id: int, amount_fen: int, channel: str, reference: str, now: datetime
) -> Entry:
    """Record a payment the customer has sent on its way: shown as in flight, never as owed; derives."""
    _check_amount(amount_fen)
    account = _account(customer, account_id)
    entry = _entry(customer, account, "payment", "in_flight", amount_fen, channel, reference, now, now)
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


def record_held_within(*, customer: Customer, reference: str, arrived_fen: int, currency: str, now: datetime) -> None:
    """Record that another sum arrived than was sent on its way: until somebody knows what it is for it does not
    count, and nobody is asked for money on the account. Derives; a payment already received is left as it is.
    """
    states = [IN_FLIGHT, "failed"]
    entry = Entry.objects.filter(customer=customer, reference=reference, kind="payment", state__in=states).first()
    if entry is None:
        return
    entry.state = UNIDENTIFIED
    entry.save(update_fields=["state"])
    records.append(
        customer=customer,
        kind="payment.held",
        actor=records.SYSTEM,
        now=now,
        account_id=entry.account_id,
        payload={"entry": entry.id, "sent_fen": entry.amount_fen, "arrived_fen": arrived_fen, "currency": currency},
    )
    derivation.derive(customer=customer, now=now)


def record_failed_within(*, customer: Customer, reference: str, reason: str, now: datetime) -> None:
    """Record that a payment on its way did not arrive, or that held money was sent back; derives.

    A payment already received is left as it is.
    """
    under_way = sorted(UNDER_WAY)
    entry = Entry.objects.filter(customer=customer, reference=reference, kind="payment", state__in=under_way).first()
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
def record_reversed(
    *, reference: str, occurred_at: datetime, now: datetime, amount_fen: int | None = None
) -> Entry | None:
    """Record that a received payment bounced, and return the reversal, or None when it is already recorded.

    What the payment had lowered is owed again at once. Raise RefusedError when there is no such payment, or when
    ``amount_fen`` is given and is not all of it: a part is a correction of the core's, and comes with its file.
    """
    customer_id = Entry.objects.filter(reference=reference, kind="payment").values_list("customer_id", flat=True)
    if not customer_id:
        raise RefusedError("no_such_payment", reference=reference)
    customer = records.lock(customer_id=customer_id[0], now=now)
    paid = _paid(reference)
    if amount_fen is not None and amount_fen != paid.amount_fen:
        raise RefusedError("reversal_in_part", reference=reference, amount_fen=paid.amount_fen)
    return record_given_back_within(
        customer=customer, reference=reference, own_reference=reference, occurred_at=occurred_at, now=now
    )


def record_given_back_within(
    *,
    customer: Customer,
    reference: str,
    own_reference: str,
    occurred_at: datetime,
    now: datetime,
    amount_fen: int | None = None,
) -> Entry | None:
    """Record that a received payment went back, whole or in part, on a record the caller has locked; derives.

    ``amount_fen`` of None is all of it, which then goes by the payment's own reference; a part has a reference of
    its own. What it had lowered is owed again. Return None when it is already recorded. Raise RefusedError when
    there is no such payment, or more is taken back than still stands of it.
    """
    paid = _paid(reference)
    if Entry.objects.filter(reference=own_reference, kind="reversal").exists():
        return None
    if Entry.objects.filter(reference=reference, kind="reversal").exists():
        raise RefusedError("more_than_paid", kept_fen=0)
    part_fen = amount_fen if own_reference != reference else None
    entry = Entry.objects.create(
        account_id=paid.account_id,
        customer=customer,
        kind="reversal",
        state="received",
        amount_fen=part_fen or paid.amount_fen,
        channel=paid.channel,
        reference=own_reference,
        of_reference=reference if part_fen else "",
        occurred_at=occurred_at,
        recorded_at=now,
        # Of a payment recorded before this was kept, the payoff is what is certain.
        lowered=_raised(paid, part_fen),
    )
    journal.book_taken_back_within(entry=entry, now=now)
    take_back_within(customer=customer, reversal=entry, paid_at=paid.recorded_at, now=now)
    return entry


def _paid(reference: str) -> Entry:
    paid = Entry.objects.filter(reference=reference, kind="payment", state__in=["received", "posted"]).first()
    if paid is None:
        raise RefusedError("no_such_payment", reference=reference)
    return paid


def _raised(paid: Entry, part_fen: int | None) -> dict[str, int | str | None]:
    """What of the amounts a reversal raises again: all the payment lowered, or what a part of it had lowered last."""
    lowered = paid.lowered or {"payoff_fen": paid.amount_fen}
    if part_fen is None:
        return dict(lowered)
    parts = Entry.objects.filter(of_reference=paid.reference).aggregate(fen=Sum("amount_fen"))
    kept_fen = paid.amount_fen - (parts["fen"] or 0)
    since = lowered.get("overdue_since")
    return {**given_back(lowered, kept_fen=kept_fen, part_fen=part_fen), "overdue_since": since}


def take_back_within(*, customer: Customer, reversal: Entry, paid_at: datetime, now: datetime) -> None:
    """Undo what a payment, now reversed, had done to plan, promise and case, on a locked record; derives.

    ``paid_at`` is when the payment was recorded: a case closed since then had been closed on its account.
    """
    account_id = reversal.account_id
    records.append(
        customer=customer,
        kind="payment.reversed",
        actor=records.SYSTEM,
        now=now,
        account_id=account_id,
        payload={"entry": reversal.id, "amount_fen": reversal.amount_fen},
    )
    plans.recount_within(customer=customer, account_id=account_id, now=now)
    promise_verdicts.recount_within(customer=customer, account_id=account_id, now=now)
    derivation.derive(customer=customer, now=now)
    cases.reopen_within(customer=customer, closed_since=paid_at, now=now)


def _lowered(account: Account, paid_fen: int) -> dict[str, int | str | None]:
    """What a payment takes off each amount as the record has them now, and since when the account was overdue."""
    since = account.overdue_since
    now_due = FiveAmounts(
        account.overdue_fen,
        account.minimum_due_fen,
        account.billed_fen,
        account.payoff_fen,
        account.payoff_valid_until,
        account.unbilled_fen,
    )
    return {**now_due.lowered_by(paid_fen), "overdue_since": since.isoformat() if since else None}


def _check_amount(amount_fen: int) -> None:
    if amount_fen <= 0:
        raise RefusedError("payment_not_positive")


def _account(customer: Customer, account_id: int) -> Account:
    account = Account.objects.filter(id=account_id, customer=customer).first()
    if account is None:
        raise RefusedError("no_such_account")
    return account


def _entry(
    customer: Customer,
    account: Account,
    kind: str,
    state: str,
    amount_fen: int,
    channel: str,
    reference: str,
    occurred_at: datetime,
    now: datetime,
) -> Entry:
    return Entry.objects.create(
        account=account,
        customer=customer,
        kind=kind,
        state=state,
        amount_fen=amount_fen,
        channel=channel,
        reference=reference,
        occurred_at=occurred_at,
        recorded_at=now,
    )
