"""Arrangements on the ground floor: in force, late, breached, performed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain import arrangements as rules
from collections_app.domain.arrangements import IN_FORCE, ArrangementState
from collections_app.models import Account, Arrangement, ArrangementInstalment, Customer
from collections_app.services import derivation, holds, promises, records
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
) -> Arrangement:
    """Put an agreed plan in force on an account of a record the caller has locked; the caller derives.

    ``instalments`` are (last day, fen) in rising order. Stops collection of the account at once and ends
    its pending promise. Raise RefusedError when the plan cannot be kept as written.
    """
    _check(customer, account, instalments, now)
    promises.supersede_within(customer=customer, account_id=account.id, actor=actor, now=now)
    plan = Arrangement.objects.create(
        customer=customer,
        account=account,
        source=source,
        source_reference=source_reference,
        grace_days=grace_days,
        agreed_at=now,
    )
    ArrangementInstalment.objects.bulk_create(
        ArrangementInstalment(arrangement=plan, customer=customer, number=number, due_on=due_on, amount_fen=fen)
        for number, (due_on, fen) in enumerate(instalments, start=1)
    )
    records.append(
        customer=customer,
        kind="plan.agreed",
        actor=actor,
        now=now,
        account_id=account.id,
        payload={
            "plan": plan.id,
            "source": source,
            "instalments": [{"due_on": due_on.isoformat(), "amount_fen": fen} for due_on, fen in instalments],
        },
    )
    holds.place_within(
        customer=customer,
        kind="agreement_active",
        actor=actor,
        now=now,
        account_id=account.id,
        source=f"plan:{plan.id}",
    )
    return plan


def _check(customer: Customer, account: Account, instalments: Sequence[tuple[date, int]], now: datetime) -> None:
    if account.customer_id != customer.id:
        raise RefusedError("no_such_account")
    days = [due_on for due_on, _ in instalments]
    if not instalments or any(fen <= 0 for _, fen in instalments):
        raise RefusedError("plan_amounts_missing")
    if days != sorted(set(days)):
        raise RefusedError("plan_dates_not_rising")
    if days[0] < now.astimezone(ZoneInfo(customer.time_zone)).date():
        raise RefusedError("plan_starts_in_the_past")
    if sum(fen for _, fen in instalments) > account.payoff_fen:
        raise RefusedError("plan_above_payoff", payoff_fen=account.payoff_fen)
    if Arrangement.objects.filter(account=account, state__in=IN_FORCE).exists():
        raise RefusedError("plan_in_force")


def allocate_within(*, customer: Customer, account_id: int, paid_fen: int, now: datetime) -> None:
    """Give a payment to the unpaid instalments of the account's plan, the oldest first. The caller derives."""
    plan = Arrangement.objects.filter(customer=customer, account_id=account_id, state__in=IN_FORCE).first()
    if plan is None:
        return
    lines = list(plan.instalments.all())
    shares = rules.allocate(instalments=_dues(lines), paid_fen=paid_fen)
    for line, share in zip(lines, shares, strict=True):
        line.paid_fen += share
    ArrangementInstalment.objects.bulk_update(lines, ["paid_fen"])
    _advance(customer, plan, lines, now)


def take_back_within(*, customer: Customer, account_id: int, fen: int, now: datetime) -> None:
    """Take a reversed payment out of the plan again, the newest instalment first. The caller derives."""
    plan = Arrangement.objects.filter(customer=customer, account_id=account_id, state__in=IN_FORCE).first()
    if plan is None:
        return
    lines = list(plan.instalments.all())
    for line in reversed(lines):
        share = min(line.paid_fen, fen)
        line.paid_fen -= share
        fen -= share
    ArrangementInstalment.objects.bulk_update(lines, ["paid_fen"])
    _advance(customer, plan, lines, now)


def judge_due(*, now: datetime, limit: int = 500) -> int:
    """Move plans whose instalments have fallen due: late, breached (collection returns) or performed."""
    waiting = Arrangement.objects.filter(
        state__in=IN_FORCE, instalments__due_on__lt=now.date() + timedelta(days=1)
    ).distinct()
    done = 0
    for plan_id, customer_id in waiting.order_by("customer_id", "id").values_list("id", "customer_id")[:limit]:
        with transaction.atomic(durable=True):
            customer = records.lock(customer_id=customer_id, now=now)
            plan = Arrangement.objects.get(id=plan_id)
            if plan.state in IN_FORCE and _advance(customer, plan, list(plan.instalments.all()), now):
                derivation.derive(customer=customer, now=now)
                done += 1
    return done


def _dues(lines: Sequence[ArrangementInstalment]) -> list[rules.Due]:
    return [rules.Due(line.number, line.due_on, line.amount_fen - line.paid_fen) for line in lines]


def _advance(customer: Customer, plan: Arrangement, lines: Sequence[ArrangementInstalment], now: datetime) -> bool:
    """Set the state a plan has today; a breach releases its hold. Return whether it changed."""
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    state = rules.state_on(instalments=_dues(lines), today=today, grace_days=plan.grace_days)
    if state == plan.state:
        return False
    plan.state = state.value
    if state == ArrangementState.BREACHED:
        plan.breached_at = now
    if state == ArrangementState.PERFORMED:
        plan.performed_at = now
    plan.save(update_fields=["state", "breached_at", "performed_at"])
    if state in IN_FORCE:
        return True
    holds.release_source_within(
        customer=customer, source=f"plan:{plan.id}", reason=state.value, actor=records.SYSTEM, now=now
    )
    records.append(
        customer=customer,
        kind="plan.breached" if state == ArrangementState.BREACHED else "plan.performed",
        actor=records.SYSTEM,
        now=now,
        account_id=plan.account_id,
        payload={"plan": plan.id},
    )
    return True
