"""Promises to pay: states, the bank's limits, and how a promise is judged after posting (table C)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from collections_app.domain.money_seen import MoneySeen


class PromiseState(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    DUE = "due"
    AWAITING_POSTING = "awaiting_posting"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    REDATED = "redated"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    VOID_REVERSED = "void_reversed"


PENDING = frozenset({PromiseState.ACTIVE, PromiseState.DUE, PromiseState.AWAITING_POSTING})

# Outside what may be promised without asking: until somebody else approves, it holds nothing and is told to nobody.
ASKABLE = frozenset({"too_many_parts", "date_too_late", "amount_too_small", "too_many_redates"})

# Judged by money that may yet bounce, or reopened because it did.
RESTS_ON_MONEY = frozenset({PromiseState.KEPT, PromiseState.KEPT_LATE, PromiseState.PARTLY_KEPT})
# The customer's word was not kept, as far as is known: what is overdue is collected again.
NOT_KEPT = frozenset({PromiseState.BROKEN, PromiseState.PARTLY_KEPT, PromiseState.VOID_REVERSED})
FULFILS = frozenset({PromiseState.KEPT, PromiseState.KEPT_LATE})

_S = PromiseState
# Between its parts a promise goes back to waiting for the next one; a bounce puts it back to the part it uncovers.
TRANSITIONS: dict[PromiseState, frozenset[PromiseState]] = {
    _S.PROPOSED: frozenset({_S.ACTIVE, _S.DUE, _S.WITHDRAWN}),
    _S.ACTIVE: frozenset(
        {_S.DUE, _S.AWAITING_POSTING, _S.KEPT, _S.KEPT_LATE, _S.REDATED, _S.SUPERSEDED, _S.WITHDRAWN, _S.VOID_REVERSED}
    ),
    _S.DUE: frozenset(
        {
            _S.ACTIVE,
            _S.AWAITING_POSTING,
            _S.KEPT,
            _S.KEPT_LATE,
            _S.REDATED,
            _S.SUPERSEDED,
            _S.WITHDRAWN,
            _S.VOID_REVERSED,
        }
    ),
    _S.AWAITING_POSTING: frozenset(
        {
            _S.ACTIVE,
            _S.DUE,
            _S.KEPT,
            _S.KEPT_LATE,
            _S.PARTLY_KEPT,
            _S.BROKEN,
            _S.REDATED,
            _S.SUPERSEDED,
            _S.WITHDRAWN,
            _S.VOID_REVERSED,
        }
    ),
    _S.KEPT: frozenset({_S.VOID_REVERSED}),
    _S.KEPT_LATE: frozenset({_S.VOID_REVERSED}),
    # Judged, though nobody had promised it: a correction says so.
    _S.PARTLY_KEPT: frozenset({_S.VOID_REVERSED, _S.WITHDRAWN}),
    _S.BROKEN: frozenset({_S.WITHDRAWN}),
    _S.REDATED: frozenset(),
    # The plan that took its place was annulled before its last day.
    _S.SUPERSEDED: frozenset({_S.ACTIVE}),
    _S.WITHDRAWN: frozenset(),
    _S.VOID_REVERSED: frozenset({_S.ACTIVE, _S.DUE}),
}


# The core posts what was paid on a day in its file of the next night; until this hour of the day after, a part of a
# promise waits for posting and is not judged.
_JUDGED_FROM = time(9, 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be promised now: smallest total in fen, the last day, most parts and most re-dates."""

    smallest_fen: int
    last_day: date
    most_parts: int
    most_redates: int
    tolerance_fen: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a promise: so many fen by the end of that day."""

    due_on: date
    amount_fen: int


def limits(
    *,
    today: date,
    overdue_fen: int,
    minimum_due_fen: int,
    smallest_percent: int,
    longest_days: int,
    most_parts: int,
    most_redates: int,
    tolerance_fen: int,
) -> Limits:
    """Return the limits of a promise on an account that owes so much today.

    The smallest total is the larger of the minimum still due and a share of the overdue amount. A minimum that
    exceeds what is overdue (a loan whose next instalment is billed already) asks for more than the promise is
    about, and is left out.
    """
    share = -(-overdue_fen * smallest_percent // 100)
    smallest = max(minimum_due_fen, share) if minimum_due_fen <= overdue_fen else share
    return Limits(smallest, today + timedelta(days=longest_days), most_parts, most_redates, tolerance_fen)


def stretched(limit: Limits, *, parts: Sequence[Part], redates: int) -> Limits:
    """Return limits that go as far as a promise which was taken once: within those of its day, or approved beyond."""
    return Limits(
        smallest_fen=min(limit.smallest_fen, sum(part.amount_fen for part in parts)),
        last_day=max(limit.last_day, *(part.due_on for part in parts)),
        most_parts=max(limit.most_parts, len(parts)),
        most_redates=max(limit.most_redates, redates),
        tolerance_fen=limit.tolerance_fen,
    )


def problems(parts: list[Part], limit: Limits, *, today: date, overdue_fen: int, redates: int) -> list[str]:
    """Return the codes of everything wrong with a promise; an empty list means it may be taken."""
    found = []
    if not parts:
        return ["no_parts"]
    if len(parts) > limit.most_parts:
        found.append("too_many_parts")
    if any(part.amount_fen <= 0 for part in parts):
        found.append("amount_not_positive")
    days = [part.due_on for part in parts]
    if days != sorted(set(days)):
        found.append("dates_not_rising")
    if min(days) < today:
        found.append("date_in_the_past")
    if max(days) > limit.last_day:
        found.append("date_too_late")
    total = sum(part.amount_fen for part in parts)
    if total < limit.smallest_fen:
        found.append("amount_too_small")
    if total > overdue_fen:
        found.append("amount_above_overdue")
    if redates > limit.most_redates:
        found.append("too_many_redates")
    return found


def judge_part(
    parts: Sequence[Part], index: int, *, money: MoneySeen, zone: ZoneInfo, tolerance_fen: int
) -> PromiseState:
    """Return how one part stands: money fills the parts in their order, so all up to it must be covered."""
    promised = sum(part.amount_fen for part in parts[: index + 1])
    in_time = money.by_end_of(parts[index].due_on, zone=zone)
    return judge(
        promised_fen=promised,
        paid_in_time_fen=in_time,
        paid_late_fen=money.total_fen - in_time,
        tolerance_fen=tolerance_fen,
    )


def first_uncovered(parts: Sequence[Part], *, paid_fen: int, tolerance_fen: int) -> int | None:
    """Return the place of the first part that so much money does not cover, or None when it covers all."""
    promised = 0
    for index, part in enumerate(parts):
        promised += part.amount_fen
        if paid_fen + tolerance_fen < promised:
            return index
    return None


def judge(*, promised_fen: int, paid_in_time_fen: int, paid_late_fen: int, tolerance_fen: int) -> PromiseState:
    """Return how a promise ends once postings up to its last day are known."""
    if paid_in_time_fen + tolerance_fen >= promised_fen:
        return PromiseState.KEPT
    if paid_in_time_fen + paid_late_fen + tolerance_fen >= promised_fen:
        return PromiseState.KEPT_LATE
    if paid_in_time_fen + paid_late_fen > 0:
        return PromiseState.PARTLY_KEPT
    return PromiseState.BROKEN


def may_judge(*, day: date, local: datetime, posted_through: date | None) -> bool:
    """Return whether a part due on a day may be judged at an instant of the customer's own zone.

    ``posted_through`` is the day the core's data stand for; None when the core has closed the account.
    """
    after = datetime.combine(day + timedelta(days=1), _JUDGED_FROM, tzinfo=local.tzinfo)
    return local >= after and (posted_through is None or posted_through >= day)


def state_on(*, day: date, today: date) -> PromiseState:
    """Return the state of a promise whose next part is due on a day: it ends at 24:00."""
    if today < day:
        return PromiseState.ACTIVE
    if today == day:
        return PromiseState.DUE
    return PromiseState.AWAITING_POSTING


def unpaid_parts(parts: Sequence[tuple[date, int]], *, paid_fen: int) -> list[tuple[date, int]]:
    """Return what is left of agreed parts after payments, the oldest filled first."""
    left = paid_fen
    rest = []
    for day, fen in sorted(parts):
        share = min(left, fen)
        left -= share
        if fen > share:
            rest.append((day, fen - share))
    return rest
