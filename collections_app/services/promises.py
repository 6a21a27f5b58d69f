"""Promises to pay: taking, re-dating, withdrawing, and judging those that are due."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain import promises as rules
from collections_app.domain.clocks.sources import said
from collections_app.domain.promises import PENDING, Part, PromiseState
from collections_app.models import Account, Customer, Promise, PromisePart
from collections_app.selectors.money import seen
from collections_app.selectors.promise_obstacles import obstacles
from collections_app.selectors.promise_rules import limits_for
from collections_app.services import derivation, holds, promise_verdicts, records, sweeps
from collections_app.services.errors import RefusedError


@transaction.atomic(durable=True)
def take(
    *,
    customer_id: int,
    account_id: int,
    parts: Sequence[Part],
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    conversation_id: int | None = None,
) -> Promise:
    """Record a promise to pay within the bank's limits, and stop collection of the account until it is judged."""
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="promise.take")
    records.check_may(actor=actor, action="promise.take")
    promise = take_within(
        customer=customer, account_id=account_id, parts=parts, actor=actor, now=now, conversation_id=conversation_id
    )
    derivation.derive(customer=customer, now=now)
    return promise


def take_within(
    *,
    customer: Customer,
    account_id: int,
    parts: Sequence[Part],
    actor: records.Actor,
    now: datetime,
    conversation_id: int | None = None,
    replaces: Promise | None = None,
    said_at: datetime | None = None,
    puts_right: Promise | None = None,
) -> Promise:
    """Record a promise on a record the caller has locked, in place of another if given; the caller derives afterwards.

    ``said_at`` is when it was said, where that was before ``now``: it is judged by that day, holds from then, and what
    was paid since counts. ``puts_right`` is one that was taken down wrong and has been withdrawn: what that was
    allowed, this one is, and it counts as no re-date. Raise RefusedError with the first thing that stands against it.
    """
    at = said_at or now
    wrong = problems(
        customer=customer, account_id=account_id, parts=parts, now=now, replaces=replaces, said_at=at,
        puts_right=puts_right,
    )  # fmt: skip
    if wrong:
        raise wrong[0]
    if replaces is not None:
        end = PromiseState.REDATED
        promise_verdicts.end_within(customer=customer, promise=replaces, state=end, actor=actor, now=now)
    promise = write_within(
        customer=customer,
        account_id=account_id,
        parts=parts,
        state=rules.state_on(day=parts[0].due_on, today=_today(customer, now)),
        actor=actor,
        now=at,
        conversation_id=conversation_id,
        redates=_redates(replaces, puts_right),
    )
    begin_within(customer=customer, promise=promise, parts=parts, actor=actor, now=now, replaces=replaces)
    if at < now:
        promise_verdicts.recount_within(customer=customer, account_id=account_id, now=now)
        promise.refresh_from_db()
    return promise


def _redates(replaces: Promise | None, puts_right: Promise | None) -> int:
    if puts_right is not None:
        return puts_right.redates
    return replaces.redates + 1 if replaces else 0


def write_within(
    *,
    customer: Customer,
    account_id: int,
    parts: Sequence[Part],
    state: PromiseState,
    actor: records.Actor,
    now: datetime,
    redates: int,
    conversation_id: int | None = None,
) -> Promise:
    """Write a promise and its parts down as of when it was said, and nothing else.

    The caller has locked the record and checked.
    """
    promise = Promise.objects.create(
        customer=customer,
        account_id=account_id,
        state=state,
        taken_by=actor.staff,
        department=actor.department,
        taken_at=now,
        conversation_id=conversation_id,
        redates=redates,
        last_day=parts[-1].due_on,
        total_fen=sum(part.amount_fen for part in parts),
    )
    PromisePart.objects.bulk_create(
        PromisePart(promise=promise, customer=customer, due_on=part.due_on, amount_fen=part.amount_fen)
        for part in parts
    )
    return promise


def begin_within(
    *,
    customer: Customer,
    promise: Promise,
    parts: Sequence[Part],
    actor: records.Actor,
    now: datetime,
    replaces: Promise | None,
) -> None:
    """Let a promise begin: its place in the history and its hold. The caller has locked the record and derives."""
    if replaces is not None:
        promise.replaces = replaces
        promise.save(update_fields=["replaces"])
    records.append(
        customer=customer,
        kind="promise.redated" if replaces else "promise.taken",
        actor=actor,
        now=now,
        account_id=promise.account_id,
        payload={
            "promise": promise.id,
            "parts": [{"due_on": part.due_on.isoformat(), "amount_fen": part.amount_fen} for part in parts],
            "replaces": replaces.id if replaces else None,
        }
        | said(party=_party(promise), at=promise.taken_at, now=now),
    )
    holds.place_within(
        customer=customer,
        kind="promise_pending",
        actor=actor,
        now=now,
        account_id=promise.account_id,
        source=f"promise:{promise.id}",
    )


def _party(promise: Promise) -> str:
    """Return who promised, as their call says; what was re-dated without one is still their word."""
    while promise.conversation is None and promise.replaces is not None:
        promise = promise.replaces
    return promise.conversation.party if promise.conversation else ""


@transaction.atomic(durable=True)
def redate(
    *, promise_id: int, parts: Sequence[Part], actor: records.Actor, seen_version: int | None, now: datetime
) -> Promise:
    """Replace a pending promise by one with other dates, counted against the most re-dates allowed."""
    customer, promise = _locked(promise_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="promise.redate")
    records.check_may(actor=actor, action="promise.redate")
    if promise.state not in PENDING:
        raise RefusedError("promise_not_pending", state=promise.state)
    new = take_within(
        customer=customer, account_id=promise.account_id, parts=parts, actor=actor, now=now, replaces=promise
    )
    derivation.derive(customer=customer, now=now)
    return new


@transaction.atomic(durable=True)
def withdraw(*, promise_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime) -> Promise:
    """Withdraw a promise that was taken in error. The reason stays on the record."""
    customer, promise = _locked(promise_id, now)
    records.check_seen(customer=customer, seen_version=seen_version, write="promise.withdraw")
    records.check_may(actor=actor, action="promise.withdraw")
    if promise.state not in PENDING:
        raise RefusedError("promise_not_pending", state=promise.state)
    if not reason.strip():
        raise RefusedError("reason_missing")
    promise_verdicts.end_within(customer=customer, promise=promise, state=PromiseState.WITHDRAWN, actor=actor, now=now)
    records.append(
        customer=customer,
        kind="promise.withdrawn",
        actor=actor,
        now=now,
        account_id=promise.account_id,
        payload={"promise": promise.id},
        text=reason.strip(),
    )
    derivation.derive(customer=customer, now=now)
    return promise


def supersede_within(*, customer: Customer, account_id: int, actor: records.Actor, now: datetime) -> Promise | None:
    """End the pending promise of an account because a plan or agreement took over; return it. The caller derives."""
    ended = None
    for promise in Promise.objects.filter(customer=customer, account_id=account_id, state__in=PENDING):
        promise_verdicts.end_within(
            customer=customer, promise=promise, state=PromiseState.SUPERSEDED, actor=actor, now=now
        )
        records.append(
            customer=customer,
            kind="promise.superseded",
            actor=actor,
            now=now,
            account_id=account_id,
            payload={"promise": promise.id},
        )
        ended = promise
    return ended


def judge_due(*, now: datetime, limit: int = 500) -> int:
    """Bring pending promises to today's state and judge the parts whose posting has been checked; return how many.

    Judging waits until the day after a part's day at 09:00 in the customer's time zone, and for a file of the
    core's that is as of that day or later: nobody's word is judged broken on old data.
    """
    return sweeps.each(promise_verdicts.ripe(now=now), lambda promise_id: _judge(promise_id, now), limit=limit)


@transaction.atomic(durable=True)
def _judge(promise_id: int, now: datetime) -> bool:
    customer, promise = _locked(promise_id, now)
    if not promise_verdicts.advance_within(customer=customer, promise=promise, now=now):
        return False
    derivation.derive(customer=customer, now=now)
    return True


def _locked(promise_id: int, now: datetime) -> tuple[Customer, Promise]:
    customer_id = Promise.objects.filter(id=promise_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_promise")
    customer = records.lock(customer_id=customer_id, now=now)
    return customer, Promise.objects.get(id=promise_id)


def _account_of(customer: Customer, account_id: int) -> Account:
    account = Account.objects.filter(id=account_id, customer=customer, closed_in_core=False).first()
    if account is None:
        raise RefusedError("no_such_account")
    return account


def _today(customer: Customer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(customer.time_zone)).date()


def problems(
    *,
    customer: Customer,
    account_id: int,
    parts: Sequence[Part],
    now: datetime,
    replaces: Promise | None,
    said_at: datetime | None = None,
    puts_right: Promise | None = None,
) -> list[RefusedError]:
    """Return everything that stands against a promise, what nobody may allow first; none means it may be taken.

    ``said_at`` and ``puts_right`` are those of ``take_within``. Raise RefusedError when the record has no such account.
    """
    account = _account_of(customer, account_id)
    at = said_at or now
    today = _today(customer, at)
    limit = limits_for(account=account, today=today)
    redates = _redates(replaces, puts_right)
    if at < now:
        # What has been paid since was overdue when it was said. Not saved.
        paid = seen(account_id=account.id).since(at, zone=ZoneInfo(customer.time_zone))
        account.overdue_fen += max(0, paid.total_fen)
    if puts_right is not None:
        taken = [Part(row.due_on, row.amount_fen) for row in puts_right.parts.all()]
        limit = rules.stretched(limit, parts=taken, redates=redates)
        account.overdue_fen = max(account.overdue_fen, puts_right.total_fen)
    stands = obstacle(account=account, now=now, replaces=replaces)
    if stands is not None:
        return [stands]
    wrong = rules.problems(list(parts), limit, today=today, overdue_fen=account.overdue_fen, redates=redates)
    return [
        RefusedError(
            f"promise_{code}",
            smallest_fen=limit.smallest_fen,
            last_day=limit.last_day,
            most_parts=limit.most_parts,
            most_redates=limit.most_redates,
            overdue_fen=account.overdue_fen,
        )
        for code in sorted(wrong, key=lambda code: code in rules.ASKABLE)
    ]


def obstacle(*, account: Account, now: datetime, replaces: Promise | None = None) -> RefusedError | None:
    """Return why nothing can be promised on an account at all now, or None; ``replaces`` is what would make way."""
    replaced = frozenset({replaces.id}) if replaces else frozenset()
    code = obstacles(accounts=[account], now=now, replaced=replaced).get(account.id)
    return RefusedError(code) if code else None
