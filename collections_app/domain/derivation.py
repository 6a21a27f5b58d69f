"""Status, stage, amounts and next step of a record, computed from its facts. One place, no typing.

Everything here is pure: the same facts at the same instant give the same result, which a test relies on when it
recomputes the whole database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collections_app.domain import stages
from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.holds import HoldKind, HoldTable
from collections_app.domain.ownership.pools import Pool
from collections_app.domain.promises import NOT_KEPT, PENDING, PromiseState
from collections_app.domain.statuses import Status


@dataclass(frozen=True, slots=True)
class Bounce:
    """A bounced payment that the core's amounts still contain: what it had lowered (fen), and the day it had cured."""

    lowered: Mapping[str, int]
    overdue_since: date | None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account as the core has it, and the own payments (fen) its file does not yet contain."""

    id: int
    core: FiveAmounts
    overdue_since: date | None
    grace_days: int
    paid_on_top_fen: int
    payment_in_flight: bool
    placement: str
    owner_id: int | None
    closed_in_core: bool
    bounced: Sequence[Bounce] = ()


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """A promise: its state as stored, its parts not yet judged by day, and when it was taken."""

    id: int
    account_id: int
    state: str
    parts: Sequence[tuple[date, int]]
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """A hold in force: its kind, the account it is limited to, and its end."""

    kind: str
    account_id: int | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """An arrangement in force: its account, state and unpaid instalments as (last day, fen)."""

    account_id: int
    state: str
    unpaid: Sequence[tuple[date, int]]
    grace_days: int


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Everything on the ground floor that the derived values of one record rest on.

    ``table`` and ``precedence`` are the bank's own: what each kind of hold means, and which status wins.
    """

    table: HoldTable
    precedence: Sequence[str]
    time_zone: str
    case_open: bool
    accounts: Sequence[AccountFacts]
    promises: Sequence[PromiseFacts] = ()
    holds: Sequence[HoldFacts] = ()
    plans: Sequence[PlanFacts] = ()
    callback_due_at: datetime | None = None
    failed_numbers: bool = False


@dataclass(frozen=True, slots=True)
class DerivedAccount:
    """What is derived of one account."""

    id: int
    amounts: FiveAmounts
    days_past_due: int
    stage: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What is derived of a record; written to the customer's row and its accounts' rows as it is."""

    accounts: Sequence[DerivedAccount]
    status: str
    stage: str
    stage_account_id: int | None
    owner_id: int | None
    overdue_fen: int
    next_step: str
    next_step_at: datetime | None
    queue: str
    priority: int
    priority_why: list[dict[str, str | int]] = field(default_factory=list)
    derive_due_at: datetime | None = None


def derive(facts: RecordFacts, *, now: datetime) -> Derived:
    """Return everything that is derived of a record at an instant."""
    zone = ZoneInfo(facts.time_zone)
    today = now.astimezone(zone).date()
    accounts = [_account(item, today) for item in facts.accounts]
    # What is somebody else's by now bears on nothing the bank does: the pool says whose an account is, as it does where
    # cases are opened and closed.
    theirs = {item.id for item in facts.accounts if item.placement == Pool.ASSIGNED}
    ours = [item for item in accounts if item.id not in theirs]
    if theirs:
        facts = replace(
            facts,
            promises=[item for item in facts.promises if item.account_id not in theirs],
            plans=[item for item in facts.plans if item.account_id not in theirs],
        )
    worst = max(
        (item for item in ours if item.amounts.overdue_fen > 0),
        key=lambda item: (stages.severity(item.stage), item.amounts.overdue_fen, -item.id),
        default=None,
    )
    status = _status(facts, ours, worst, now)
    overdue = sum(item.amounts.overdue_fen for item in ours)
    owners = {item.id: item.owner_id for item in facts.accounts if item.id not in theirs}
    step, step_at = _next_step(facts, status, today, zone, now)
    priority, why = _priority(facts, worst, overdue, status, today)
    return Derived(
        accounts=accounts,
        status=status,
        stage=worst.stage if worst else stages.Stage.M0,
        stage_account_id=worst.id if worst else None,
        owner_id=owners[worst.id] if worst else next((item for item in owners.values() if item), None),
        overdue_fen=overdue,
        next_step=step,
        next_step_at=step_at,
        queue=_queue(facts, status, today) if facts.case_open else "",
        priority=priority,
        priority_why=why,
        derive_due_at=_changes_at(facts, accounts, today, zone, now),
    )


def _account(facts: AccountFacts, today: date) -> DerivedAccount:
    core = facts.core
    for bounce in facts.bounced:
        core = core.raised_by(bounce.lowered)
    amounts = core.after_payment(facts.paid_on_top_fen)
    # The core's day is gone when the payment had cured the account; the bounce brings it back.
    days_since = (facts.overdue_since, *(bounce.overdue_since for bounce in facts.bounced))
    since = min((day for day in days_since if day), default=None)
    if facts.closed_in_core or amounts.overdue_fen == 0 or since is None:
        days = 0
    else:
        days = max((today - since).days + 1, 0)
    return DerivedAccount(facts.id, amounts, days, stages.stage_of(days_past_due=days, grace_days=facts.grace_days))


def in_force(hold: HoldFacts, now: datetime) -> bool:
    """Return whether a hold that nobody released still holds at an instant."""
    return hold.ends_at is None or now < hold.ends_at


def _status(facts: RecordFacts, ours: Sequence[DerivedAccount], worst: DerivedAccount | None, now: datetime) -> str:
    """Return the status of a record; ``ours`` are its accounts that are not assigned."""
    holding: set[str] = set()
    holds = [hold for hold in facts.holds if in_force(hold, now)]
    closed = {item.id for item in facts.accounts if item.closed_in_core}
    left = {item.id for item in ours} - closed
    for hold in holds:
        # One claim of several is assigned: the record is the bank's as long as another account of it is.
        of_another = hold.kind == HoldKind.ASSIGNED and hold.account_id is not None and left - {hold.account_id}
        status = facts.table.rule(hold.kind).status
        if status and not of_another:
            holding.add(status)
    if any(plan.state == "late" for plan in facts.plans):
        holding.discard(Status.PLAN_ACTIVE)
        holding.add(Status.PLAN_LATE)
    if any(item.payment_in_flight for item in facts.accounts):
        holding.add(Status.PAYMENT_PENDING)
    if any(item.state in PENDING for item in facts.promises):
        holding.add(Status.PROMISE_ACTIVE)
    elif _last_broken(facts) and worst:
        holding.add(Status.PROMISE_BROKEN)
    if facts.callback_due_at and worst:
        holding.add(Status.CALLBACK_DUE)
    if facts.failed_numbers and worst:
        holding.add(Status.LOST)
    # What is with an agency closes the bank's own queues; an account beside it that is not placed is worked on.
    placed = {item.id for item in facts.accounts if item.placement == "placed"}
    if any(stages.is_delinquent(item.stage) for item in ours if item.id not in placed):
        holding.add(Status.TO_CONTACT)
    elif placed and worst:
        holding.add(Status.PLACED)
    if any(item.stage == stages.Stage.GRACE for item in ours):
        holding.add(Status.GRACE)
    return next((status for status in facts.precedence if status in holding), Status.CURRENT)


def _last_broken(facts: RecordFacts) -> bool:
    judged = [item for item in facts.promises if item.state not in {PromiseState.WITHDRAWN, PromiseState.REDATED}]
    if not judged:
        return False
    last = max(judged, key=lambda item: item.taken_at)
    return last.state in NOT_KEPT


def _pending_parts(facts: RecordFacts) -> list[tuple[date, int]]:
    return sorted(part for item in facts.promises if item.state in PENDING for part in item.parts)


def _next_step(
    facts: RecordFacts, status: str, today: date, zone: ZoneInfo, now: datetime
) -> tuple[str, datetime | None]:
    """The one next right step and when it is due."""
    parts = _pending_parts(facts)
    if status in {Status.PLAN_ACTIVE, Status.PLAN_LATE}:
        # Nobody can say that an instalment was missed, or paid, of what the core's file no longer has.
        gone = {item.id for item in facts.accounts if item.closed_in_core}
        if any(plan.account_id in gone for plan in facts.plans):
            return "trace_account", now.replace(second=0, microsecond=0)
        unpaid = sorted(item for plan in facts.plans for item in plan.unpaid)
        return "await_instalment", _end_of(unpaid[0][0], zone) if unpaid else None
    if status == Status.PROMISE_ACTIVE and parts:
        # A part whose day has passed and that is not judged yet comes first, whatever is due later.
        if parts[0][0] < today:
            return "check_posting", _start_of(parts[0][0] + timedelta(days=1), zone)
        return "await_promise", _end_of(parts[0][0], zone)
    if status == Status.CALLBACK_DUE:
        return "call_back", facts.callback_due_at
    if status == Status.PAYMENT_PENDING:
        ends = [hold.ends_at for hold in facts.holds if hold.kind == "payment_pending" and hold.ends_at]
        return "check_posting", min(ends, default=None)
    if status in {Status.TO_CONTACT, Status.PROMISE_BROKEN, Status.LOST}:
        return ("find_contact" if status == Status.LOST else "call"), now.replace(second=0, microsecond=0)
    if status in {Status.GRACE, Status.CURRENT}:
        return "", None
    ends = [hold.ends_at for hold in facts.holds if hold.ends_at]
    return "await_hold", min(ends, default=None)


def _queue(facts: RecordFacts, status: str, today: date) -> str:
    """The one worklist queue an open case stands in."""
    if status == Status.PROMISE_ACTIVE:
        parts = _pending_parts(facts)
        return "promise_due" if any(day == today for day, _ in parts) else "promise_pending"
    return {
        Status.PROMISE_BROKEN: "promise_broken",
        Status.CALLBACK_DUE: "callback",
        Status.PAYMENT_PENDING: "payment_pending",
        Status.TO_CONTACT: "to_contact",
        Status.LOST: "lost",
        Status.IN_MEDIATION: "mediation",
        Status.PLAN_ACTIVE: "plan",
        Status.PLAN_LATE: "plan",
        Status.GRACE: "to_close",
        Status.CURRENT: "to_close",
    }.get(Status(status), "on_hold")


def _priority(
    facts: RecordFacts, worst: DerivedAccount | None, overdue_fen: int, status: str, today: date
) -> tuple[int, list[dict[str, str | int]]]:
    """The place in a queue, higher first, and each reason with its share: stage, amount, broken word, promise today."""
    if worst is None:
        return 0, []
    why: list[dict[str, str | int]] = []
    points = stages.severity(worst.stage) * 100
    why.append({"code": "stage", "points": points, "value": worst.stage})
    # One point for each hundred yuan, at most 500: a large sum does not outrank every stage.
    amount = min(overdue_fen // 10_000, 500)
    if amount:
        why.append({"code": "amount", "points": amount, "value": overdue_fen})
    points += amount
    if status == Status.PROMISE_BROKEN:
        points += 150
        why.append({"code": "promise_broken", "points": 150, "value": ""})
    due = sum(fen for day, fen in _pending_parts(facts) if day == today)
    if due:
        points += 200
        why.append({"code": "promise_today", "points": 200, "value": due})
    return points, why


def _changes_at(
    facts: RecordFacts, accounts: Sequence[DerivedAccount], today: date, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """The next instant at which time alone changes the record."""
    instants = [hold.ends_at for hold in facts.holds if hold.ends_at and hold.ends_at > now]
    midnight = _start_of(today + timedelta(days=1), zone)
    if any(item.state in PENDING for item in facts.promises) or facts.plans:
        instants.append(midnight)
    if any(item.days_past_due for item in accounts):
        instants.append(midnight)
    return min(instants, default=None)


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of a day, which is 00:00 of the next."""
    return _start_of(day + timedelta(days=1), zone)
