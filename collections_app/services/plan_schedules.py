"""The schedule of a plan made anew: after early money, after money went back, and by a colleague who puts one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.domain.instalments import early, settling
from collections_app.domain.instalments.schedules import Method
from collections_app.domain.instalments.settling import Owed
from collections_app.models import Arrangement, ArrangementInstalment, Customer, PlanSchedule
from collections_app.services import records

Payments = list[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Holding:
    """The instalments that hold, what of the payments is left to them, and the interest of each that is not owed."""

    lines: list[ArrangementInstalment]
    payments: Payments
    relieved: list[int]


@dataclass(frozen=True, slots=True)
class PutBack:
    """A colleague's decision that the last change of a schedule is undone, with the reason on the record."""

    actor: records.Actor
    reason: str


def owed(lines: Sequence[ArrangementInstalment]) -> list[Owed]:
    """Return instalments as the arithmetic knows them."""
    return [Owed(line.due_on, line.principal_fen, line.interest_fen) for line in lines]


def reschedule_within(
    *,
    customer: Customer,
    plan: Arrangement,
    lines: list[ArrangementInstalment],
    payments: Payments,
    now: datetime,
    put_back: PutBack | None = None,
) -> Holding:
    """Make the schedule that holds after payments of (day, fen), on a record the caller has locked, and return it.

    A changed schedule is a new version, told by the event ``plan.recalculated``. A plan whose terms say nothing of
    early money keeps its lines.
    """
    zone = ZoneInfo(customer.time_zone)
    since = plan.agreed_at.astimezone(zone).date()
    if not plan.recalculates:
        return Holding(lines, payments, settling.relieved_by(lines=owed(lines), since=since, payments=payments))
    versions = list(plan.schedules.all())
    undone = [(row.undone_from, row.undone_until) for row in versions if row.undone_from and row.undone_until]
    if put_back and versions and versions[-1].changed_on:
        undone.append((versions[-1].changed_on, max(now.astimezone(zone).date(), versions[-1].changed_on)))
    replay = early.replayed(
        early.Agreement(
            _stored(versions[0].lines) if versions else owed(lines),
            Method(plan.method),
            plan.annual_percent,
            early.Keeping(plan.recalculates),
            since,
            plan.tolerance_fen,
        ),
        payments=payments,
        undone=undone,
    )
    if (replay.lines, replay.early_fen) != (owed(lines), plan.early_fen):
        lines = _write(customer, plan, lines, replay, (versions, undone[-1] if put_back else None, put_back), now)
    # By the day that the replay found: money of a day before the schedule changed may look like enough for this one.
    on = replay.paid_off_on
    relieved = settling.relief(lines=owed(lines), on=on, since=since) if on else [0] * len(lines)
    return Holding(lines, replay.left, relieved)


def _write(
    customer: Customer,
    plan: Arrangement,
    lines: list[ArrangementInstalment],
    replay: early.Replay,
    why: tuple[list[PlanSchedule], early.Window | None, PutBack | None],
    now: datetime,
) -> list[ArrangementInstalment]:
    """Write a new version, and its instalments in place of those that held; return them."""
    versions, window, put_back = why
    if not versions:
        agreed = _version(plan, 1, "agreed", owed(lines), plan.agreed_at)
        agreed.save(force_insert=True)
        versions = [agreed]
    more = replay.early_fen > plan.early_fen
    reason = "restored" if put_back else "early" if more else "taken_back"
    row = _version(plan, versions[-1].version + 1, reason, replay.lines, now)
    row.early_fen, row.changed_on = replay.early_fen, replay.changed_on[-1] if replay.changed_on else None
    if put_back and window:
        row.made_by, (row.undone_from, row.undone_until) = put_back.actor.staff, window
    row.save(force_insert=True)
    plan.early_fen = replay.early_fen
    plan.save(update_fields=["early_fen"])
    written = _instalments(plan, lines, replay.lines)
    left = [line for line in written if line.due_on >= (replay.changed_on[-1] if replay.changed_on else line.due_on)]
    records.append(
        customer=customer,
        kind="plan.recalculated",
        actor=put_back.actor if put_back else records.SYSTEM,
        now=now,
        account_id=plan.account_id,
        payload={
            "plan": plan.id,
            "version": row.version,
            "reason": reason,
            "early_fen": replay.early_fen,
            "number": len(written),
            "amount_fen": max((line.amount_fen for line in left), default=0),
            "last_on": written[-1].due_on.isoformat(),
        },
        text=put_back.reason if put_back else "",
    )
    return written


def _instalments(
    plan: Arrangement, old: Sequence[ArrangementInstalment], lines: Sequence[Owed]
) -> list[ArrangementInstalment]:
    """Write the lines that hold over those that did: who was told of the third of them is told of the third still."""
    by_number = {line.number: line for line in old}
    kept: list[ArrangementInstalment] = []
    made: list[ArrangementInstalment] = []
    for number, line in enumerate(lines, start=1):
        row = by_number.pop(number, None)
        if row is None:
            row = ArrangementInstalment(arrangement=plan, customer_id=plan.customer_id, number=number)
            made.append(row)
        # A line keeps its day: early money changes how much is due, and how often.
        row.due_on, row.amount_fen, row.interest_fen = line.due_on, line.total_fen, line.interest_fen
        # Both are counted anew by the caller, from what is left to the lines.
        row.relieved_fen = row.paid_fen = 0
        kept.append(row)
    ArrangementInstalment.objects.filter(arrangement=plan, number__in=by_number).delete()
    ArrangementInstalment.objects.bulk_create(made)
    ArrangementInstalment.objects.bulk_update(kept, ["amount_fen", "interest_fen", "relieved_fen", "paid_fen"])
    return kept


def _version(plan: Arrangement, version: int, reason: str, lines: Sequence[Owed], now: datetime) -> PlanSchedule:
    kept = [
        {"due_on": line.due_on.isoformat(), "principal_fen": line.principal_fen, "interest_fen": line.interest_fen}
        for line in lines
    ]
    return PlanSchedule(
        arrangement=plan, customer_id=plan.customer_id, version=version, reason=reason, lines=kept, made_at=now
    )


def _stored(lines: Sequence[dict[str, Any]]) -> list[Owed]:
    return [Owed(date.fromisoformat(line["due_on"]), line["principal_fen"], line["interest_fen"]) for line in lines]
