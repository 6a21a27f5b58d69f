"""“I have paid”: the claim stops collection until posting has been checked."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction

from collections_app.domain.claims import is_the_one
from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.typed import visible
from collections_app.models import Account, ClaimSlip, Customer, Entry, PaymentClaim
from collections_app.selectors import codes
from collections_app.selectors.money import seen
from collections_app.services import cases, derivation, handoffs, holds, note_words, records
from collections_app.services.errors import RefusedError

FOUND, NOT_FOUND, OTHER_ACCOUNT = "found", "not_found", "other_account"
# Recorded wrong: the customer never said so.
WITHDRAWN = "withdrawn"
SEALED_STORAGE = "sealed"
# What was paid earlier is not traced from a claim: somebody looks it up.
LONGEST_AGO = timedelta(days=366)


@transaction.atomic(durable=True)
def record(
    *,
    customer_id: int,
    account_id: int,
    amount_fen: int,
    channel: str,
    paid_on: date,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    remark: str = "",
    paid_time: time | None = None,
    slip: File[bytes] | None = None,
) -> PaymentClaim:
    """Record that a customer says they have paid, with the slip if they show one, and open the trace."""
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="claim.record")
    records.check_may(actor=actor, action="claim.record")
    # Words that colleagues may not keep of a customer are the customer's own to say.
    if actor.staff is not None:
        note_words.check(text=remark, kind="payment_pending")
    claim = record_within(
        customer=customer,
        account_id=account_id,
        amount_fen=amount_fen,
        channel=channel,
        paid_on=paid_on,
        actor=actor,
        now=now,
        remark=remark,
        paid_time=paid_time,
    )
    if slip is not None:
        _keep(claim, slip, now)
    derivation.derive(customer=customer, now=now)
    return claim


def record_within(
    *,
    customer: Customer,
    account_id: int,
    amount_fen: int,
    channel: str,
    paid_on: date,
    actor: records.Actor,
    now: datetime,
    remark: str = "",
    paid_time: time | None = None,
) -> PaymentClaim:
    """Record a claim on a record the caller has locked; the caller derives afterwards."""
    _check(customer, account_id, amount_fen, channel, paid_on, paid_time, now)
    claim = PaymentClaim.objects.create(
        customer=customer,
        account_id=account_id,
        amount_fen=amount_fen,
        channel=channel,
        paid_on=paid_on,
        paid_time=paid_time,
        remark=remark,
        recorded_by=actor.staff,
        recorded_at=now,
    )
    records.append(
        customer=customer,
        kind="claim.recorded",
        actor=actor,
        now=now,
        account_id=account_id,
        payload={"claim": claim.id, "amount_fen": amount_fen, "channel": channel, "paid_on": paid_on.isoformat()},
        text=remark,
    )
    holds.place_within(
        customer=customer,
        kind="payment_pending",
        actor=actor,
        now=now,
        account_id=account_id,
        source=f"claim:{claim.id}",
    )
    claim.handoff = handoffs.open_within(
        customer=customer, kind="payment_trace", actor=actor, now=now, account_id=account_id
    )
    claim.save(update_fields=["handoff"])
    return claim


def _check(
    customer: Customer,
    account_id: int,
    amount_fen: int,
    channel: str,
    paid_on: date,
    paid_time: time | None,
    now: datetime,
) -> None:
    """Refuse a claim that cannot be so, or is being traced already."""
    if not Account.objects.filter(id=account_id, customer=customer).exists():
        raise RefusedError("no_such_account")
    if amount_fen <= 0:
        raise RefusedError("payment_not_positive")
    if channel not in codes.seen().claimable_channels:
        raise RefusedError("no_such_payment_channel")
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    if paid_on > today or paid_on < today - LONGEST_AGO:
        raise RefusedError("claim_date_impossible")
    local = now.astimezone(ZoneInfo(customer.time_zone)).time()
    if paid_on == today and paid_time is not None and paid_time > local:
        raise RefusedError("claim_date_impossible")
    if PaymentClaim.objects.filter(account_id=account_id, state="open").exists():
        raise RefusedError("claim_already_open")


@transaction.atomic(durable=True)
def resolve(
    *, claim_id: int, result: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> PaymentClaim:
    """Record what the trace found: ``found``, ``not_found`` or ``other_account``. Ends the hold and the trace."""
    customer_id = PaymentClaim.objects.filter(id=claim_id).values_list("customer_id", flat=True).first()
    if customer_id is None or result not in {FOUND, NOT_FOUND, OTHER_ACCOUNT}:
        raise RefusedError("no_such_claim")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="claim.record")
    records.check_may(actor=actor, action="claim.resolve")
    claim = PaymentClaim.objects.get(id=claim_id)
    if claim.state != "open":
        raise RefusedError("claim_already_resolved")
    _resolve(customer, claim, result, actor, now)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
    return claim


def withdraw_within(*, customer: Customer, claim: PaymentClaim, actor: records.Actor, now: datetime) -> None:
    """End an open claim that was recorded wrong, with its hold and its trace. The caller derives."""
    if claim.state == "open":
        _resolve(customer, claim, WITHDRAWN, actor, now)


def _keep(claim: PaymentClaim, slip: File[bytes], now: datetime) -> None:
    """Seal the slip on disk, beside the claim."""
    name = visible(Path(slip.name or "slip").name)
    stored_as = storages[SEALED_STORAGE].save(f"claims/{claim.id}/{name}", slip)
    ClaimSlip.objects.create(
        customer=claim.customer,
        claim=claim,
        name=name,
        content_type=str(getattr(slip, "content_type", ""))[:80],
        size=slip.size,
        stored_as=stored_as,
        added_at=now,
    )


@transaction.atomic(durable=True)
def open_slip(*, slip_id: int, actor: records.Actor, now: datetime) -> tuple[ClaimSlip, BinaryIO]:
    """Return a slip with its content; that somebody looked, and for which claim, stands on the record.

    Raise RefusedError when there is none.
    """
    slip = ClaimSlip.objects.select_related("claim").filter(id=slip_id).first()
    if slip is None:
        raise RefusedError("no_such_document")
    customer = records.lock(customer_id=slip.customer_id, now=now)
    records.append(
        customer=customer,
        kind="paper.read",
        actor=actor,
        now=now,
        account_id=slip.claim.account_id,
        payload={"claim": slip.claim_id, "kind": "payment_trace", "slip": slip.pk},
    )
    with storages[SEALED_STORAGE].open(slip.stored_as) as stored:
        # At most ten mebibytes: the forms refuse more.
        return slip, cast(BinaryIO, BytesIO(stored.read()))


def left_open_by(*, customer: Customer, entry: Entry) -> PaymentClaim | None:
    """Return the open claim of a payment's account that speaks of another payment, or None."""
    rows = PaymentClaim.objects.filter(customer=customer, account_id=entry.account_id, state="open")
    return next((claim for claim in rows if not _is_of(claim, entry, customer)), None)


def find_within(*, customer: Customer, entry: Entry, now: datetime) -> None:
    """Resolve an account's open claim as found when the payment it speaks of arrives. The caller derives."""
    for claim in PaymentClaim.objects.filter(customer=customer, account_id=entry.account_id, state="open"):
        if _is_of(claim, entry, customer):
            _resolve(customer, claim, FOUND, records.SYSTEM, now)


def _is_of(claim: PaymentClaim, entry: Entry, customer: Customer) -> bool:
    # One that was on its way is on record since it was begun.
    begun_at = min(entry.recorded_at, entry.occurred_at)
    return is_the_one(
        claimed=(claim.amount_fen, claim.channel, claim.paid_on, claim.recorded_at),
        paid=(entry.amount_fen, entry.channel, begun_at, entry.occurred_at),
        zone=ZoneInfo(customer.time_zone),
    )


def find_in_core_within(*, customer: Customer, account_id: int, now: datetime) -> None:
    """Resolve an account's open claim as found when a file taken in since shows the money. The caller derives."""
    zone = ZoneInfo(customer.time_zone)
    for claim in PaymentClaim.objects.filter(customer=customer, account_id=account_id, state="open"):
        paid_at = datetime.combine(claim.paid_on, time.min, tzinfo=zone)
        core = [
            item
            for item in seen(account_id=account_id).since(paid_at, zone=zone).core
            if item.recorded_at >= claim.recorded_at
        ]
        if sum(item.fen for item in core) >= claim.amount_fen:
            _resolve(customer, claim, FOUND, records.SYSTEM, now)


def _resolve(customer: Customer, claim: PaymentClaim, result: str, actor: records.Actor, now: datetime) -> None:
    """End a claim with its hold and its trace: nobody looks for what has been found."""
    claim.state = result
    claim.resolved_at = now
    claim.save(update_fields=["state", "resolved_at"])
    holds.release_source_within(customer=customer, source=f"claim:{claim.id}", reason=result, actor=actor, now=now)
    if claim.handoff and claim.handoff.state in STILL_OPEN:
        handoffs.close_within(
            customer=customer, handoff=claim.handoff, state=HandOffState.DONE, actor=actor, now=now, result=result
        )
    records.append(
        customer=customer,
        kind="claim.resolved",
        actor=actor,
        now=now,
        account_id=claim.account_id,
        payload={"claim": claim.id, "result": result},
    )
