"""Arrangements on the ground floor: in force, late, breached, performed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Min, Q

from collections_app.domain import arrangements as rules
from collections_app.domain.arrangements import IN_FORCE, ArrangementState
from collections_app.models import Account, Arrangement, ArrangementInstalment, Customer, Recording, Staff
from collections_app.selectors.money import seen
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
    is_oral: bool = False,
    recording: Recording | None = None,
    agreed_by: Staff | None = None,
) -> Arrangement:
    """Put an agreed plan in force on an account of a record the caller has locked; the caller derives.

    ``instalments`` are (last day, fen) in rising order. Stops collection of the account at once and ends
    its pending promise. Raise RefusedError when the plan cannot be kept as written, or was agreed by word of mouth and
    no recording proves it.
    """
    check_within(customer=customer, account=account, instalments=instalments, now=now)
    if is_oral and recording is None:
        raise RefusedError("plan_needs_recording")
    promises.supersede_within(customer=customer, account_id=account.id, actor=actor, now=now)
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


def check_within(
    *, customer: Customer, account: Account, instalments: Sequence[tuple[date, int]], now: datetime
) -> None:
    """Raise RefusedError for a plan nobody could keep on this account of a locked record."""
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


def recount_within(*, customer: Customer, account_id: int, now: datetime) -> bool:
    """Give the money seen since an account's plan was agreed to its instalments, the oldest first.

    Counts all of it anew, own and the core's, so that money which bounced is taken out again; a plan performed by
    such money is in force again. The caller derives. Return whether the plan's state changed.
    """
    plan = _newest(account_id)
    if plan is None or plan.customer_id != customer.id:
        return False
    lines = list(plan.instalments.all())
    money = seen(account_id=account_id).since(plan.agreed_at, zone=ZoneInfo(customer.time_zone))
    wholes = [rules.Due(line.number, line.due_on, line.amount_fen) for line in lines]
    for line, share in zip(lines, rules.allocate(instalments=wholes, paid_fen=money.total_fen), strict=True):
        line.paid_fen = share
    ArrangementInstalment.objects.bulk_update(lines, ["paid_fen"])
    return _advance(customer, plan, lines, now)


def _newest(account_id: int) -> Arrangement | None:
    """The plan that money moves: the one in force, else the last one if money performed it."""
    plans = Arrangement.objects.filter(account_id=account_id)
    in_force = plans.filter(state__in=IN_FORCE).first()
    if in_force:
        return in_force
    last = plans.order_by("-agreed_at", "-id").first()
    return last if last and last.state == ArrangementState.PERFORMED else None


def judge_due(*, now: datetime, limit: int = 500) -> int:
    """Move plans whose instalments have fallen due: late, breached (collection returns) or performed."""
    done = 0
    for customer_id, account_id in _ripe(now, limit):
        with transaction.atomic(durable=True):
            customer = records.lock(customer_id=customer_id, now=now)
            if recount_within(customer=customer, account_id=account_id, now=now):
                derivation.derive(customer=customer, now=now)
                done += 1
    return done


def _ripe(now: datetime, limit: int) -> list[tuple[int, int]]:
    """Return (customer id, account id) of plans that time has moved, those that must go on waiting passed over."""
    unpaid = Q(instalments__paid_fen__lt=F("instalments__amount_fen"))
    rows = (
        Arrangement.objects.filter(state__in=IN_FORCE)
        .annotate(day=Min("instalments__due_on", filter=unpaid))
        .filter(day__lte=now.date() + timedelta(days=1))
        .select_related("customer", "account")
        .order_by("customer_id", "id")
    )
    found: list[tuple[int, int]] = []
    for plan in rows.iterator(chunk_size=2000):
        if _state(plan.customer, plan, [rules.Due(1, plan.day, 1)], now) != plan.state:
            found.append((plan.customer_id, plan.account_id))
            if len(found) == limit:
                break
    return found


def _state(customer: Customer, plan: Arrangement, dues: list[rules.Due], now: datetime) -> ArrangementState:
    """Return what a plan is today. A breach waits for the core's data of the last day of grace, as promises do."""
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    state = rules.state_on(instalments=dues, today=today, grace_days=plan.grace_days)
    if state != ArrangementState.BREACHED:
        return state
    first = min(due.due_on for due in dues if due.unpaid_fen)
    account = plan.account
    posted = account.closed_in_core or account.data_as_of >= first + timedelta(days=plan.grace_days)
    return state if posted else ArrangementState.LATE


def _advance(customer: Customer, plan: Arrangement, lines: Sequence[ArrangementInstalment], now: datetime) -> bool:
    """Set the state a plan has today, with its hold and the event of it. Return whether it changed."""
    dues = [rules.Due(line.number, line.due_on, line.amount_fen - line.paid_fen) for line in lines]
    before, state = plan.state, _state(customer, plan, dues, now)
    if state == before:
        return False
    plan.state = state.value
    plan.breached_at = now if state == ArrangementState.BREACHED else None
    plan.performed_at = now if state == ArrangementState.PERFORMED else None
    plan.save(update_fields=["state", "breached_at", "performed_at"])
    source = f"plan:{plan.id}"
    if state in IN_FORCE and before == ArrangementState.PERFORMED:
        holds.place_within(
            customer=customer,
            kind="agreement_active",
            actor=records.SYSTEM,
            now=now,
            account_id=plan.account_id,
            source=source,
        )
        _tell(customer, plan, "plan.reopened", now)
    elif state not in IN_FORCE:
        holds.release_source_within(customer=customer, source=source, reason=state.value, actor=records.SYSTEM, now=now)
        _tell(customer, plan, "plan.breached" if state == ArrangementState.BREACHED else "plan.performed", now)
    return True


def _tell(customer: Customer, plan: Arrangement, kind: str, now: datetime) -> None:
    records.append(
        customer=customer,
        kind=kind,
        actor=records.SYSTEM,
        now=now,
        account_id=plan.account_id,
        payload={"plan": plan.id},
    )
