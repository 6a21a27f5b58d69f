"""What suspends limitation (民法典 194): an obstacle to suing, the day it was gone, and what was recorded wrongly."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.clocks.limitation import OBSTACLES
from collections_app.domain.typed import harmless, plain
from collections_app.models import Account, Customer, LimitationSuspension
from collections_app.selectors import clocks
from collections_app.services import records
from collections_app.services.clocks import counting
from collections_app.services.errors import RefusedError

ACTION = "clock.suspend"


@transaction.atomic(durable=True)
def suspend(
    *,
    customer_id: int,
    account_id: int,
    kind: str,
    since: date,
    evidence: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    gone_on: date | None = None,
) -> LimitationSuspension:
    """Record an obstacle that keeps, or kept, the bank from suing for an account, and count its limitation anew.

    Raise RefusedError when the law knows no such obstacle, a day is to come or in the wrong order, or there is no
    evidence.
    """
    customer = _open(customer_id, actor, seen_version, now)
    account = Account.objects.filter(id=account_id, customer=customer).first()
    if account is None:
        raise RefusedError("no_such_account")
    if kind not in OBSTACLES:
        raise RefusedError("no_such_obstacle")
    _check_days(customer, since, gone_on, now)
    assert actor.staff is not None
    row = LimitationSuspension.objects.create(
        customer=customer,
        account=account,
        kind=kind,
        since=since,
        evidence=_words(evidence),
        gone_on=gone_on,
        gone_evidence=_words(evidence) if gone_on else "",
        gone_by=actor.staff if gone_on else None,
        recorded_by=actor.staff,
        recorded_at=now,
    )
    _settle(customer, row, "limitation.suspended", actor, now)
    return row


@transaction.atomic(durable=True)
def end(
    *,
    suspension_id: int,
    gone_on: date,
    evidence: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> LimitationSuspension:
    """Record the day an obstacle was gone: limitation ends six months later at the earliest, once the law is verified.

    Raise RefusedError when there is none, its end is recorded already, or the day cannot be.
    """
    customer, row = _locked(suspension_id, actor, seen_version, now)
    if row.gone_on is not None:
        raise RefusedError("suspension_ended_already")
    _check_days(customer, row.since, gone_on, now)
    row.gone_on, row.gone_evidence, row.gone_by = gone_on, _words(evidence), actor.staff
    row.save(update_fields=["gone_on", "gone_evidence", "gone_by"])
    _settle(customer, row, "limitation.resumed", actor, now)
    return row


@transaction.atomic(durable=True)
def revoke(
    *, suspension_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> LimitationSuspension:
    """Revoke a suspension that was recorded wrongly, and count the account anew.

    Raise RefusedError when there is none that is in force, or no reason is given.
    """
    customer, row = _locked(suspension_id, actor, seen_version, now)
    row.revoked_at, row.revoked_by, row.revoke_reason = now, actor.staff, _words(reason)
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    _settle(customer, row, "limitation.suspension_revoked", actor, now)
    return row


def _open(customer_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Customer:
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    return customer


def _locked(
    suspension_id: int, actor: records.Actor, seen_version: int | None, now: datetime
) -> tuple[Customer, LimitationSuspension]:
    found = LimitationSuspension.objects.filter(id=suspension_id).values_list("customer_id", flat=True).first()
    if found is None:
        raise RefusedError("no_such_suspension")
    customer = _open(found, actor, seen_version, now)
    row = LimitationSuspension.objects.select_related("account").get(id=suspension_id)
    if row.revoked_at is not None:
        raise RefusedError("no_such_suspension")
    return customer, row


def _settle(customer: Customer, row: LimitationSuspension, event: str, actor: records.Actor, now: datetime) -> None:
    """Count the account anew and write the history."""
    law = clocks.law_of(customer.country)
    clock = counting.count_within(account=row.account, law=law, today=_today(customer, now))
    days = {"since": row.since, "gone_on": row.gone_on, "until": clock.until}
    payload = {name: day.isoformat() if day else None for name, day in days.items()}
    records.append(
        customer=customer,
        kind=event,
        actor=actor,
        now=now,
        account_id=row.account_id,
        payload={"suspension": row.id, "kind": row.kind, **payload},
    )


def _check_days(customer: Customer, since: date, gone_on: date | None, now: datetime) -> None:
    if max(since, gone_on or since) > _today(customer, now):
        raise RefusedError("day_to_come")
    if gone_on is not None and gone_on < since:
        raise RefusedError("suspension_ends_before")


def _words(text: str) -> str:
    words = harmless(text).strip()
    if not plain(words):
        raise RefusedError("evidence_missing")
    return words


def _today(customer: Customer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(customer.time_zone)).date()
