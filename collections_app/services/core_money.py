"""Telling promises, plans, claims and cases of the money that a nightly file brought.

An orchestrating service: the file is in and its figures are true already; each record it bears on is then brought up
to date in a transaction of its own. What a killed run leaves undone is done by the next sweep, and judging never
rests on it: it reads the same entries.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from collections_app.domain.arrangements import IN_FORCE, ArrangementState
from collections_app.domain.promises import PENDING, RESTS_ON_MONEY
from collections_app.models import Arrangement, Entry, Event, IntakeBatch, IntakeState, PaymentClaim, Promise
from collections_app.services import cases, claims, derivation, payments, plans, promise_verdicts, records, sweeps


def follow(*, now: datetime) -> int:
    """Bring the records up to date that a file taken in has brought money, and return how many they were."""
    batches = IntakeBatch.objects.filter(state=IntakeState.DONE, followed_at__isnull=True).order_by("id")
    return sweeps.each(list(batches), lambda batch: _follow(batch, now))


def _follow(batch: IntakeBatch, now: datetime) -> int:
    """Follow one file; where a record fails the others are followed, and the file waits for the next sweep."""
    moved = _moved(batch)
    sweeps.each(moved, lambda customer_id: _follow_record(customer_id=customer_id, batch_id=batch.id, now=now))
    batch.followed_at = now
    batch.save(update_fields=["followed_at"])
    return len(moved)


def _moved(batch: IntakeBatch) -> list[int]:
    """The customers whose promise, plan, claim or payment the money of a batch may move, by ascending id."""
    account = OuterRef("account_id")
    promises = Promise.objects.filter(account_id=account)
    plans = Arrangement.objects.filter(account_id=account)
    brought = Q(money_fen__gt=0) & (
        Exists(promises.filter(state__in=PENDING))
        | Exists(plans.filter(state__in=IN_FORCE))
        | Exists(PaymentClaim.objects.filter(account_id=account, state="open"))
    )
    taken = Q(money_fen__lt=0) & (
        Exists(promises.filter(state__in=PENDING | RESTS_ON_MONEY))
        | Exists(plans.filter(state__in=IN_FORCE | {ArrangementState.PERFORMED}))
    )
    rows = _entries(batch.id).filter(Q(kind="reversal") | brought | taken)
    return sorted(set(rows.values_list("customer_id", flat=True)))


def _entries(batch_id: int) -> QuerySet[Entry]:
    return Entry.objects.filter(Q(kind="reversal") | ~Q(money_fen=0), batch_id=batch_id)


@transaction.atomic(durable=True)
def _follow_record(*, customer_id: int, batch_id: int, now: datetime) -> None:
    customer = records.lock(customer_id=customer_id, now=now)
    accounts = set()
    for entry in _entries(batch_id).filter(customer=customer).order_by("id"):
        accounts.add(entry.account_id)
        told = Event.objects.filter(customer=customer, kind="payment.reversed", payload__entry=entry.id)
        if entry.kind == "reversal" and not told.exists():
            paid = Entry.objects.get(reference=entry.reference, kind="payment")
            payments.take_back_within(customer=customer, reversal=entry, paid_at=paid.recorded_at, now=now)
    for account_id in sorted(accounts):
        plans.recount_within(customer=customer, account_id=account_id, now=now)
        promise_verdicts.recount_within(customer=customer, account_id=account_id, now=now)
        claims.find_in_core_within(customer=customer, account_id=account_id, now=now)
    derivation.derive(customer=customer, now=now)
    cases.close_if_done_within(customer=customer, now=now)
