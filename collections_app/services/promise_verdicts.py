"""How promises stand: parts judged one by one by the money seen, and reopened when it bounces.

Everything here works on a record the caller has locked, and the caller derives.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min, Q

from collections_app.domain import promises as rules
from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.promises import FULFILS, PENDING, RESTS_ON_MONEY, Part, PromiseState
from collections_app.models import Account, Arrangement, Customer, Promise, PromisePart
from collections_app.selectors.money import seen
from collections_app.selectors.promise_rules import limits_for
from collections_app.services import holds, records


def ripe(*, now: datetime) -> list[int]:
    """Return the ids of pending promises that time or a file has moved, by customer.

    Those that must go on waiting are passed over here, so that however many wait, the others are reached.
    """
    rows = (
        Promise.objects.filter(state__in=PENDING)
        .annotate(day=Min("parts__due_on", filter=Q(parts__judged_at__isnull=True)))
        .filter(day__lte=now.date() + timedelta(days=1))
        .order_by("customer_id", "id")
        .values_list("id", "state", "day", "customer__time_zone", "account__data_as_of", "account__closed_in_core")
    )
    found: list[int] = []
    for promise_id, state, day, zone, as_of, closed in rows.iterator(chunk_size=2000):
        local = now.astimezone(ZoneInfo(zone))
        moved = state != rules.state_on(day=day, today=local.date())
        if moved or rules.may_judge(day=day, local=local, posted_through=None if closed else as_of):
            found.append(promise_id)
    return found


def advance_within(*, customer: Customer, promise: Promise, now: datetime) -> bool:
    """Move one pending promise on as far as money and time allow; return whether anything changed.

    All of it paid in time keeps it at once. A part is judged by itself after its own day; the first that is missed
    ends the promise, and collection returns.
    """
    if promise.state not in PENDING:
        return False
    zone = ZoneInfo(customer.time_zone)
    local = now.astimezone(zone)
    rows = list(promise.parts.all())
    parts = _parts(rows)
    account = Account.objects.get(id=promise.account_id)
    tolerance = limits_for(account=account, today=promise.last_day).tolerance_fen
    money = seen(account_id=account.id).since(promise.taken_at, zone=zone)
    verdicts = [
        rules.judge_part(parts, index, money=money, zone=zone, tolerance_fen=tolerance) for index in range(len(parts))
    ]
    if all(verdict == PromiseState.KEPT for verdict in verdicts):
        _finish(customer, promise, rows, PromiseState.KEPT, now)
        return True
    posted = None if account.closed_in_core else account.data_as_of
    changed = False
    for row, verdict in zip(rows, verdicts, strict=True):
        if row.judged_at:
            continue
        if not rules.may_judge(day=row.due_on, local=local, posted_through=posted):
            break
        if verdict not in FULFILS or row is rows[-1]:
            late = any(item.verdict == PromiseState.KEPT_LATE for item in rows)
            _finish(customer, promise, [row], PromiseState.KEPT_LATE if late and verdict in FULFILS else verdict, now)
            return True
        _keep_part(customer, promise, row, verdict, now)
        changed = True
    return _wait(promise, rows, local.date()) or changed


def recount_within(*, customer: Customer, account_id: int, now: datetime) -> None:
    """Judge an account's promises anew because money came in or went out again.

    What is kept by it is kept at once. A promise that rested on money which bounced is void; while the part it
    uncovers can still be paid in time, it is in force again.
    """
    rows = Promise.objects.filter(customer=customer, account_id=account_id, state__in=PENDING | RESTS_ON_MONEY)
    for promise in rows.order_by("id"):
        _uncover(customer, promise, now)
        advance_within(customer=customer, promise=promise, now=now)


def end_within(
    *, customer: Customer, promise: Promise, state: PromiseState, actor: records.Actor, now: datetime
) -> None:
    """Set the state a promise ends in, and release its hold."""
    _set(promise, state, now)
    holds.release_source_within(
        customer=customer, source=f"promise:{promise.id}", reason=state.value, actor=actor, now=now
    )


def _parts(rows: Sequence[PromisePart]) -> list[Part]:
    return [Part(row.due_on, row.amount_fen) for row in rows]


def _keep_part(customer: Customer, promise: Promise, row: PromisePart, verdict: PromiseState, now: datetime) -> None:
    _judge_rows([row], verdict, now)
    records.append(
        customer=customer,
        kind="promise.part_kept",
        actor=records.SYSTEM,
        now=now,
        account_id=promise.account_id,
        payload={
            "promise": promise.id,
            "due_on": row.due_on.isoformat(),
            "amount_fen": row.amount_fen,
            "verdict": verdict.value,
        },
    )


def _finish(
    customer: Customer, promise: Promise, rows: Sequence[PromisePart], verdict: PromiseState, now: datetime
) -> None:
    """Judge a promise as a whole, with the parts that decided it."""
    _judge_rows([row for row in rows if not row.judged_at], verdict, now)
    if verdict != PromiseState.KEPT and promise.state != PromiseState.AWAITING_POSTING:
        _set(promise, PromiseState.AWAITING_POSTING, None)
    end_within(customer=customer, promise=promise, state=verdict, actor=records.SYSTEM, now=now)
    records.append(
        customer=customer,
        kind="promise.judged",
        actor=records.SYSTEM,
        now=now,
        account_id=promise.account_id,
        payload={"promise": promise.id, "verdict": verdict.value},
    )


def _judge_rows(rows: Sequence[PromisePart], verdict: PromiseState, now: datetime | None) -> None:
    for row in rows:
        row.verdict = verdict.value if now else ""
        row.judged_at = now
    PromisePart.objects.bulk_update(rows, ["verdict", "judged_at"])


def _wait(promise: Promise, rows: Sequence[PromisePart], today: date) -> bool:
    """Set the state that the next part's day gives a promise; return whether it changed."""
    state = rules.state_on(day=next(row.due_on for row in rows if not row.judged_at), today=today)
    if state == promise.state:
        return False
    _set(promise, state, None)
    return True


def _uncover(customer: Customer, promise: Promise, now: datetime) -> None:
    """Void a promise whose judged parts the money no longer covers, and put it in force again if there is time."""
    zone = ZoneInfo(customer.time_zone)
    rows = list(promise.parts.all())
    account = Account.objects.get(id=promise.account_id)
    tolerance = limits_for(account=account, today=promise.last_day).tolerance_fen
    money = seen(account_id=account.id)
    # An older promise does not rest on what was paid after it was judged.
    if promise.judged_at:
        money = money.until(promise.judged_at)
    paid = money.since(promise.taken_at, zone=zone).total_fen
    place = rules.first_uncovered(_parts(rows), paid_fen=paid, tolerance_fen=tolerance)
    if place is None or not rows[place].judged_at or (promise.state == PromiseState.PARTLY_KEPT and paid):
        return
    end_within(customer=customer, promise=promise, state=PromiseState.VOID_REVERSED, actor=records.SYSTEM, now=now)
    _tell(customer, promise, "promise.voided", now)
    today = now.astimezone(zone).date()
    if rows[place].due_on < today or _is_taken(promise):
        return
    _judge_rows(rows[place:], PromiseState.VOID_REVERSED, None)
    _set(promise, rules.state_on(day=rows[place].due_on, today=today), None)
    holds.place_within(
        customer=customer,
        kind="promise_pending",
        actor=records.SYSTEM,
        now=now,
        account_id=promise.account_id,
        source=f"promise:{promise.id}",
    )
    _tell(customer, promise, "promise.reopened", now)


def _is_taken(promise: Promise) -> bool:
    """Whether another promise or a plan has taken the place of this one."""
    others = Promise.objects.filter(account_id=promise.account_id, state__in=PENDING).exclude(id=promise.id)
    plans = Arrangement.objects.filter(account_id=promise.account_id, state__in=IN_FORCE)
    return others.exists() or plans.exists()


def _tell(customer: Customer, promise: Promise, kind: str, now: datetime) -> None:
    records.append(
        customer=customer,
        kind=kind,
        actor=records.SYSTEM,
        now=now,
        account_id=promise.account_id,
        payload={"promise": promise.id},
    )


def _set(promise: Promise, state: PromiseState, judged_at: datetime | None) -> None:
    promise.state = state.value
    promise.judged_at = judged_at
    promise.save(update_fields=["state", "judged_at"])
