"""Noticing that the truth has moved away from what a customer was told, and that they have been told it since.

Runs wherever a record is derived and wherever something is told, in the same transaction; the caller holds the locks.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from collections_app.domain.staff import Department
from collections_app.domain.told.verdicts import FLAGGED, FlagEnd, ToldState, worst
from collections_app.models import Contact, Customer, Event, EventPending, Told, ToldFlag, ToldUnheard
from collections_app.selectors.told import verdicts, words
from collections_app.selectors.told.verdicts import told_of
from collections_app.selectors.told.words import Key
from collections_app.services import feed

# A night's file settles thousands in one transaction: the screens' safety net finds those.
_WOKEN_AT_ONCE = 100


def judge_within(customers: Collection[Customer], *, now: datetime) -> None:
    """Set what each locked record was told against what is true now; raise and end its flags.

    Sets ``told_state`` on the rows given, and leaves saving them to the caller. One query for records that were
    told nothing, a fixed number more for any others.
    """
    by_id = {customer.pk: customer for customer in customers}
    found = told_of(customers, now=now)
    states: dict[int, list[ToldState]] = defaultdict(list)
    for (customer_id, _), told in found.items():
        states[customer_id].append(told.verdict.state)
    for customer in customers:
        customer.told_state = worst(states[customer.pk]).value
    _keep(found, by_id, now)


def settle_within(customers: Collection[Customer], *, now: datetime) -> None:
    """Do the same after something was told, and save it. The caller holds the locks and derives nothing else."""
    before = {customer.pk: customer.told_state for customer in customers}
    judge_within(customers, now=now)
    for customer in customers:
        if customer.told_state != before[customer.pk]:
            Customer.objects.filter(pk=customer.pk).update(told_state=customer.told_state)


def unheard_within(*, customer: Customer, contact: Contact, now: datetime) -> None:
    """Take it that what a contact told never arrived: the flags it had ended are open again, its own is over."""
    rows = Told.objects.filter(customer=customer, contact=contact, unheard__isnull=True)
    ids = [row.pk for row in rows]
    if not ids:
        return
    ToldUnheard.objects.bulk_create(ToldUnheard(customer=customer, told_id=pk, at=now) for pk in ids)
    ToldFlag.objects.filter(told_id__in=ids, ended_at__isnull=True).update(ended_at=now, end=FlagEnd.UNHEARD)
    ended = ToldFlag.objects.filter(ended_by_id__in=ids).order_by("account_id", "-raised_at").distinct("account_id")
    taken = set(words.open_flags([customer.pk]))
    again = [row.pk for row in ended if (customer.pk, row.account_id) not in taken]
    ToldFlag.objects.filter(pk__in=again).update(ended_at=None, end="", ended_by=None)
    settle_within([customer], now=now)


def _keep(found: Mapping[Key, verdicts.Told], customers: Mapping[int, Customer], now: datetime) -> None:
    raised, ended, worse = [], [], []
    for (customer_id, account_id), told in found.items():
        flag, verdict = told.flag, told.verdict
        if verdict.state in FLAGGED and verdict.word is not None:
            wrong = verdict.state is ToldState.WRONG
            if flag is None:
                row = ToldFlag(customer_id=customer_id, account_id=account_id, wrong=wrong, raised_at=now)
                row.told_id = verdict.word.statements[0].id
                raised.append(row)
            elif wrong and not flag.wrong:
                flag.wrong, flag.told_id = True, verdict.word.statements[0].id
                worse.append(flag)
        elif flag is not None and verdict.ends is not None:
            flag.ended_at, flag.end = now, verdict.ends.value
            true = verdict.word if verdict.ends is FlagEnd.TOLD else None
            flag.ended_by_id = true.statements[0].id if true else None
            ended.append(flag)
    if raised:
        ToldFlag.objects.bulk_create(raised, batch_size=1000)
    if changed := [*ended, *worse]:
        ToldFlag.objects.bulk_update(changed, ["wrong", "told", "ended_at", "end", "ended_by"], batch_size=1000)
    _tell_history(
        [("told.contradicted", row, {"flag": row.pk, "wrong": row.wrong}) for row in [*raised, *worse]]
        + [("told.settled", row, {"flag": row.pk, "end": row.end}) for row in ended],
        customers,
        now,
    )


def _tell_history(
    rows: Sequence[tuple[str, ToldFlag, dict[str, Any]]], customers: Mapping[int, Customer], now: datetime
) -> None:
    """Write an event for each, without a new version: nothing has changed but how the bank's word stands to it."""
    if not rows:
        return
    events = Event.objects.bulk_create(
        [
            Event(
                customer_id=row.customer_id,
                kind=kind,
                version=customers[row.customer_id].version,
                at=now,
                department=Department.SYSTEM,
                account_id=row.account_id,
                payload=payload,
            )
            for kind, row, payload in rows
        ],
        batch_size=1000,
    )
    EventPending.objects.bulk_create([EventPending(event=event) for event in events], batch_size=1000)
    if len(events) <= _WOKEN_AT_ONCE:
        for event in events:
            feed.wake(customer=customers[event.customer_id], event_id=event.pk)
