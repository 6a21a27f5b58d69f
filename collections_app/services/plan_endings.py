"""Taking a plan back: what was agreed in error, or what the customer no longer wants, as if it had not been."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.arrangements import IN_FORCE, ArrangementState
from collections_app.domain.promises import PromiseState
from collections_app.domain.typed import plain
from collections_app.models import Arrangement, Customer, Promise
from collections_app.services import derivation, holds, note_words, plan_schedules, plans, promise_verdicts, records
from collections_app.services.errors import NotAllowedError, RefusedError

ACTION = "plan.annul"


@transaction.atomic(durable=True)
def annul(*, plan_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime) -> Arrangement:
    """Annul a plan in force, and put back what was in force before it: another plan, or a promise not yet due.

    What was let off with it lapses; what has been paid stays paid. Raise NotAllowedError for whoever agreed it
    themselves, RefusedError when it is not in force any more.
    """
    customer_id = Arrangement.objects.filter(id=plan_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_arrangement")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    plan = Arrangement.objects.select_related("replaces", "ended_promise").get(id=plan_id)
    if plan.state not in IN_FORCE:
        raise RefusedError("no_such_arrangement")
    if actor.staff is not None and plan.agreed_by_id == actor.staff.id:
        raise NotAllowedError("own_plan")
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="hardship")
    plan.state, plan.annulled_at = ArrangementState.ANNULLED.value, now
    plan.save(update_fields=["state", "annulled_at"])
    holds.release_source_within(customer=customer, source=f"plan:{plan.id}", reason=plan.state, actor=actor, now=now)
    restored = _restore(customer, plan, actor, now)
    records.append(
        customer=customer,
        kind="plan.annulled",
        actor=actor,
        now=now,
        account_id=plan.account_id,
        payload={"plan": plan.id, **restored},
        text=reason,
    )
    derivation.derive(customer=customer, now=now)
    return plan


@transaction.atomic(durable=True)
def put_schedule_back(
    *, plan_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> Arrangement:
    """Undo the last change that early money made of a plan's schedule: that money pays the next instalments instead.

    Raise RefusedError when the plan is not in force any more, or early money has changed nothing of it.
    """
    customer_id = Arrangement.objects.filter(id=plan_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_arrangement")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    plan = Arrangement.objects.get(id=plan_id)
    if plan.state not in IN_FORCE:
        raise RefusedError("no_such_arrangement")
    if not plan.early_fen:
        raise RefusedError("schedule_as_agreed")
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="hardship")
    plans.recount_within(
        customer=customer,
        account_id=plan.account_id,
        now=now,
        put_back=plan_schedules.PutBack(actor, reason),
    )
    derivation.derive(customer=customer, now=now)
    plan.refresh_from_db()
    return plan


def _restore(customer: Customer, plan: Arrangement, actor: records.Actor, now: datetime) -> dict[str, int]:
    """Put back in force what the plan took the place of; return it by name and id, for the history."""
    if plan.replaces is not None:
        before = plan.replaces
        before.state = ArrangementState.PERFORMING.value
        before.save(update_fields=["state"])
        _hold(customer, before.account_id, ("agreement_active", f"plan:{before.id}"), actor, now)
        records.append(
            customer=customer,
            kind="plan.reopened",
            actor=actor,
            now=now,
            account_id=plan.account_id,
            payload={"plan": before.id},
        )
        # It is judged at once by what has come in meanwhile and by the day it is.
        plans.recount_within(customer=customer, account_id=plan.account_id, now=now)
        return {"restored_plan": before.id}
    promise = plan.ended_promise
    if promise is not None and promise.last_day >= now.astimezone(ZoneInfo(customer.time_zone)).date():
        _reopen(customer, promise, actor, now)
        return {"restored_promise": promise.id}
    return {}


def _reopen(customer: Customer, promise: Promise, actor: records.Actor, now: datetime) -> None:
    """Put a promise back in force, with the parts that are still to come or were judged before."""
    promise.state, promise.judged_at = PromiseState.ACTIVE.value, None
    promise.save(update_fields=["state", "judged_at"])
    _hold(customer, promise.account_id, ("promise_pending", f"promise:{promise.id}"), actor, now)
    records.append(
        customer=customer,
        kind="promise.reopened",
        actor=actor,
        now=now,
        account_id=promise.account_id,
        payload={"promise": promise.id},
    )
    promise_verdicts.advance_within(customer=customer, promise=promise, now=now)


def _hold(customer: Customer, account_id: int, hold: tuple[str, str], actor: records.Actor, now: datetime) -> None:
    """Place a hold, given as its kind and where it comes from."""
    kind, source = hold
    holds.place_within(customer=customer, kind=kind, actor=actor, now=now, account_id=account_id, source=source)
