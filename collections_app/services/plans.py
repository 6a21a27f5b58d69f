"""Arrangements on the ground floor: in force, late, breached, performed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max, Min, Q, Sum

from collections_app.domain import arrangements as rules
from collections_app.domain.arrangements import IN_FORCE, ArrangementState, Cost
from collections_app.domain.money_seen import MoneySeen
from collections_app.models import Account, Arrangement, ArrangementInstalment, Customer, Recording, Staff, Waiver
from collections_app.models.fields import sealed_of
from collections_app.selectors.money import seen
from collections_app.services import derivation, holds, plan_schedules, plan_watch, promises, records, sweeps
from collections_app.services.errors import RefusedError


def agree_within(
    *,
    customer: Customer,
    account: Account,
    source: str,
    source_reference: str,
    instalments: Sequence[tuple[date, int]],
    grace_days: int,
    actor: records.Actor,
    now: datetime,
    is_oral: bool = False,
    recording: Recording | None = None,
    agreed_by: Staff | None = None,
    cost: Cost | None = None,
    tolerance_fen: int = 0,
    replaces: Arrangement | None = None,
) -> Arrangement:
    """Put an agreed plan in force on an account of a record the caller has locked; the caller derives.

    ``instalments`` are (last day, fen) in rising order, ``cost`` says how much of them is interest, and ``replaces`` is
    the plan in force that it takes the place of. Stops collection of the account at once and ends its pending promise.
    Raise RefusedError when the plan cannot be kept as written, or was agreed by word of mouth and no recording
    proves it.
    """
    cost = cost or Cost()
    check_within(customer=customer, account=account, instalments=instalments, now=now, cost=cost, replaces=replaces)
    if is_oral and recording is None:
        raise RefusedError("plan_needs_recording")
    if replaces is not None:
        _vary(customer, replaces, actor, now)
    ended = promises.supersede_within(customer=customer, account_id=account.id, actor=actor, now=now)
    plan = Arrangement.objects.create(
        customer=customer,
        account=account,
        source=source,
        source_reference=source_reference,
        grace_days=grace_days,
        agreed_at=now,
        agreed_by=agreed_by,
        is_oral=is_oral,
        recording=recording,
        tolerance_fen=tolerance_fen,
        kind=cost.kind,
        method=cost.method,
        annual_percent=cost.annual_percent,
        cost_percent=cost.cost_percent,
        conditions=list(cost.conditions),
        recalculates=cost.recalculates,
        replaces=replaces,
        ended_promise=ended,
    )
    _write_lines(plan, instalments, cost)
    _tell_agreed(customer, plan, instalments, cost, actor, now)
    _hold(customer, plan, actor, now)
    return plan


def _tell_agreed(
    customer: Customer,
    plan: Arrangement,
    instalments: Sequence[tuple[date, int]],
    cost: Cost,
    actor: records.Actor,
    now: datetime,
) -> None:
    records.append(
        customer=customer,
        kind="plan.agreed",
        actor=actor,
        now=now,
        account_id=plan.account_id,
        payload={
            "plan": plan.id,
            "source": plan.source,
            "instalments": [{"due_on": due_on.isoformat(), "amount_fen": fen} for due_on, fen in instalments],
            "kind": cost.kind,
            "interest_fen": cost.interest_fen,
            "recalculates": cost.recalculates,
            "replaces": plan.replaces_id,
        },
    )


def _write_lines(plan: Arrangement, instalments: Sequence[tuple[date, int]], cost: Cost) -> None:
    interest = cost.interest or [0] * len(instalments)
    ArrangementInstalment.objects.bulk_create(
        ArrangementInstalment(
            arrangement=plan,
            customer_id=plan.customer_id,
            number=number,
            due_on=due_on,
            amount_fen=fen,
            interest_fen=of_it,
        )
        for number, ((due_on, fen), of_it) in enumerate(zip(instalments, interest, strict=True), start=1)
    )


def _hold(customer: Customer, plan: Arrangement, actor: records.Actor, now: datetime) -> None:
    """Stop collection of the account while the plan is in force."""
    holds.place_within(
        customer=customer,
        kind="agreement_active",
        actor=actor,
        now=now,
        account_id=plan.account_id,
        source=f"plan:{plan.id}",
    )


def check_within(
    *,
    customer: Customer,
    account: Account,
    instalments: Sequence[tuple[date, int]],
    now: datetime,
    cost: Cost | None = None,
    replaces: Arrangement | None = None,
) -> None:
    """Raise RefusedError for a plan nobody could keep on this account of a locked record."""
    cost = cost or Cost()
    if account.customer_id != customer.id:
        raise RefusedError("no_such_account")
    days = [due_on for due_on, _ in instalments]
    if not instalments or any(fen <= 0 for _, fen in instalments):
        raise RefusedError("plan_amounts_missing")
    if days != sorted(set(days)):
        raise RefusedError("plan_dates_not_rising")
    if days[0] < now.astimezone(ZoneInfo(customer.time_zone)).date():
        raise RefusedError("plan_starts_in_the_past")
    amounts = [fen for _, fen in instalments]
    wrong = rules.cost_problem(cost, amounts=amounts, product=account.product, overdue_fen=account.overdue_fen)
    if wrong:
        raise RefusedError(wrong)
    if sum(amounts) - cost.interest_fen > account.payoff_fen:
        raise RefusedError("plan_above_payoff", payoff_fen=account.payoff_fen)
    in_force = Arrangement.objects.filter(account=account, state__in=IN_FORCE)
    if replaces is not None and not in_force.filter(id=replaces.id).exists():
        raise RefusedError("no_such_arrangement")
    if in_force.exclude(id=replaces.id if replaces else 0).exists():
        raise RefusedError("plan_in_force")


def recount_within(
    *, customer: Customer, account_id: int, now: datetime, put_back: plan_schedules.PutBack | None = None
) -> bool:
    """Give the money seen since an account's plan was agreed to its instalments, the oldest first.

    Counts all of it anew, own and the core's, so that money which bounced is taken out again; a plan performed by
    such money is in force again. Where the plan says so, money beyond what is due makes its schedule anew;
    ``put_back`` undoes the last such change. The caller derives. Return whether the plan's state changed.
    """
    plan = _newest(account_id)
    if plan is None or plan.customer_id != customer.id:
        return False
    lines = list(plan.instalments.all())
    zone = ZoneInfo(customer.time_zone)
    payments = _payments(plan, seen(account_id=account_id).since(plan.agreed_at, zone=zone), zone)
    held = plan_schedules.reschedule_within(
        customer=customer, plan=plan, lines=lines, payments=payments, now=now, put_back=put_back
    )
    lines = held.lines
    for line, fen in zip(lines, held.relieved, strict=True):
        line.relieved_fen = fen
    wholes = [rules.Due(line.number, line.due_on, line.due_fen) for line in lines]
    to_lines = sum(fen for _, fen in held.payments)
    for line, share in zip(lines, rules.allocate(instalments=wholes, paid_fen=to_lines), strict=True):
        line.paid_fen = share
    ArrangementInstalment.objects.bulk_update(lines, ["paid_fen", "relieved_fen"])
    return _advance(customer, plan, lines, now)


def _payments(plan: Arrangement, money: MoneySeen, zone: ZoneInfo) -> list[tuple[date, int]]:
    """Return the money seen since a plan was agreed as (day, fen)."""
    began = plan.agreed_at.astimezone(zone).date()
    payments = [(item.at.astimezone(zone).date(), item.fen) for item in money.own]
    return payments + [(max(item.earliest_on, began), item.fen) for item in money.core]


def _vary(customer: Customer, plan: Arrangement, actor: records.Actor, now: datetime) -> None:
    """End a plan because another takes its place."""
    plan.state = ArrangementState.VARIED.value
    plan.save(update_fields=["state"])
    holds.release_source_within(customer=customer, source=f"plan:{plan.id}", reason=plan.state, actor=actor, now=now)
    _tell(customer, plan, "plan.varied", now, actor=actor)


def _newest(account_id: int) -> Arrangement | None:
    """The plan that money moves: the one in force, else the last one if money performed it."""
    plans = Arrangement.objects.filter(account_id=account_id)
    in_force = plans.filter(state__in=IN_FORCE).first()
    if in_force:
        return in_force
    last = plans.order_by("-agreed_at", "-id").first()
    return last if last and last.state == ArrangementState.PERFORMED else None


def judge_due(*, now: datetime, limit: int = 500) -> int:
    """Move plans whose instalments have fallen due: late, breached (collection returns) or performed.

    Of those whose account the core no longer has, their branch is told.
    """
    try:
        return sweeps.each(_ripe(now), lambda row: _judge(*row, now), limit=limit)
    finally:
        plan_watch.tell(now=now)


@transaction.atomic(durable=True)
def _judge(customer_id: int, account_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    if not recount_within(customer=customer, account_id=account_id, now=now):
        return False
    derivation.derive(customer=customer, now=now)
    return True


def _ripe(now: datetime) -> list[tuple[int, int]]:
    """Return (customer id, account id) of plans that time has moved, those that must go on waiting passed over."""
    unpaid = Q(
        instalments__paid_fen__lt=F("instalments__amount_fen") - F("instalments__relieved_fen") - F("tolerance_fen")
    )
    tomorrow = now.date() + timedelta(days=1)
    rows = (
        Arrangement.objects.filter(state__in=IN_FORCE)
        .annotate(day=Min("instalments__due_on", filter=unpaid), last=Max("instalments__due_on"))
        .filter(Q(day__lte=tomorrow) | Q(day__isnull=True, last__lte=tomorrow))
        .select_related("customer", "account")
        # One name that no key opens must not keep all plans from being judged.
        .defer(*(f"customer__{name}" for name in sealed_of(Customer)))
        .order_by("customer_id", "id")
    )
    found: list[tuple[int, int]] = []
    for plan in rows.iterator(chunk_size=2000):
        short = rules.Due(1, plan.day, plan.tolerance_fen + 1) if plan.day else rules.Due(1, plan.last, 1)
        dues = [short, rules.Due(2, plan.last, 0)]
        if _state(plan.customer, plan, dues, now, payoff_fen=plan.account.payoff_fen) != plan.state:
            found.append((plan.customer_id, plan.account_id))
    return found


def _state(
    customer: Customer, plan: Arrangement, dues: list[rules.Due], now: datetime, *, payoff_fen: int | None = None
) -> ArrangementState:
    """Return what a plan is today. A breach waits for the core's data of the last day of grace, as promises do.

    What has left the core's file may have been paid there, or sold, or moved: nobody can say that it is late, and its
    plan stays what it was until the account is back or somebody ends it.

    The interest of a plan is charged by the core. Where all is paid by the core's own books, nobody can pay more, and
    nobody is late. ``payoff_fen`` is what the books ask for, where that is known; else it is counted anew.
    """
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    state = rules.state_on(instalments=dues, today=today, grace_days=plan.grace_days, tolerance_fen=plan.tolerance_fen)
    account = plan.account
    if state in {ArrangementState.LATE, ArrangementState.BREACHED}:
        if account.closed_in_core:
            # What money performed that was taken back since is in force again.
            return ArrangementState(plan.state) if plan.state in IN_FORCE else ArrangementState.LATE
        if payoff_fen is None:
            payoff_fen = derivation.amounts_of(customer=customer, now=now)[account.pk].payoff_fen
        if payoff_fen <= 0:
            over = today > max(due.due_on for due in dues)
            return ArrangementState.PERFORMED if over else ArrangementState.PERFORMING
    if state != ArrangementState.BREACHED:
        return state
    first = min(due.due_on for due in dues if due.unpaid_fen > plan.tolerance_fen)
    return state if account.data_as_of >= first + timedelta(days=plan.grace_days) else ArrangementState.LATE


def _advance(customer: Customer, plan: Arrangement, lines: Sequence[ArrangementInstalment], now: datetime) -> bool:
    """Set the state a plan has today, with its hold and the event of it. Return whether it changed."""
    dues = [rules.Due(line.number, line.due_on, line.due_fen - line.paid_fen) for line in lines]
    before, state = plan.state, _state(customer, plan, dues, now)
    if state == before:
        return False
    plan.state = state.value
    plan.breached_at = now if state == ArrangementState.BREACHED else None
    plan.performed_at = now if state == ArrangementState.PERFORMED else None
    plan.save(update_fields=["state", "breached_at", "performed_at"])
    source = f"plan:{plan.id}"
    if state in IN_FORCE and before == ArrangementState.PERFORMED:
        _hold(customer, plan, records.SYSTEM, now)
        _tell(customer, plan, "plan.reopened", now)
    elif state not in IN_FORCE:
        holds.release_source_within(customer=customer, source=source, reason=state.value, actor=records.SYSTEM, now=now)
        _tell(customer, plan, "plan.breached" if state == ArrangementState.BREACHED else "plan.performed", now)
    return True


def _tell(
    customer: Customer, plan: Arrangement, kind: str, now: datetime, *, actor: records.Actor = records.SYSTEM
) -> None:
    """Write what became of a plan; when it ends, what is owed again as it was before."""
    payload: dict[str, Any] = {"plan": plan.id}
    if kind == "plan.breached":
        lapsed = Waiver.objects.filter(arrangement=plan).aggregate(fen=Sum("amount_fen", default=0))
        payload |= {"overdue_fen": plan.account.overdue_fen, "lapsed_fen": lapsed["fen"]}
    records.append(customer=customer, kind=kind, actor=actor, now=now, account_id=plan.account_id, payload=payload)
