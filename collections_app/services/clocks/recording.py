"""What people record of limitation and guarantee: each with its evidence; a wrong one is revoked by another row."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.clocks.guarantee import GUARANTEE_KINDS
from collections_app.domain.clocks.limitation import level_of
from collections_app.domain.typed import harmless, plain
from collections_app.models import Account, Customer, Guarantee, LimitationEvent, RelatedPerson
from collections_app.selectors import clocks, codes
from collections_app.services import records
from collections_app.services.clocks import counting
from collections_app.services.errors import RefusedError

ACTION = "clock.record"


@transaction.atomic(durable=True)
def interrupt(
    *,
    customer_id: int,
    account_id: int,
    kind: str,
    on: date,
    evidence: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> LimitationEvent:
    """Record what interrupted the limitation of an account, and count it anew.

    Raise RefusedError when the kind is unknown, the day is to come, or there is no evidence.
    """
    customer, account = _open(customer_id, account_id, actor, seen_version, now)
    return interrupt_within(
        customer=customer, account=account, kind=kind, on=on, evidence=evidence, actor=actor, now=now
    )


def interrupt_within(
    *, customer: Customer, account: Account, kind: str, on: date, evidence: str, actor: records.Actor, now: datetime
) -> LimitationEvent:
    """Record an interruption on a record the caller has locked, in whose own permission it lies."""
    if kind not in codes.seen().terms("limitation_events"):
        raise RefusedError("no_such_interruption")
    today = _today(customer, now)
    if on > today:
        raise RefusedError("day_to_come")
    law = clocks.law_of(customer.country)
    row = LimitationEvent.objects.create(
        customer=customer,
        account=account,
        kind=kind,
        on=on,
        article=law.article(kind=kind),
        evidence=_words(evidence),
        recorded_by=actor.staff,
        recorded_at=now,
    )
    clock = counting.count_within(account=account, law=law, today=today)
    facts = {"interruption": row.id, "kind": kind, "on": on, "until": clock.until}
    _append(customer, account, "limitation.recorded", actor, now, **facts)
    return row


@transaction.atomic(durable=True)
def revoke(
    *, interruption_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> LimitationEvent:
    """Revoke an interruption that was recorded wrongly, and count the account anew.

    Raise RefusedError when there is none, it is revoked already, or no reason is given.
    """
    found = LimitationEvent.objects.filter(id=interruption_id, revokes__isnull=True).first()
    if found is None:
        raise RefusedError("no_such_interruption")
    customer, account = _open(found.customer_id, found.account_id, actor, seen_version, now)
    if LimitationEvent.objects.filter(revokes=found).exists():
        raise RefusedError("interruption_revoked_already")
    row = LimitationEvent.objects.create(
        customer=customer,
        account=account,
        kind=found.kind,
        on=found.on,
        source=found.source,
        evidence=_words(reason),
        revokes=found,
        recorded_by=actor.staff,
        recorded_at=now,
    )
    clock = counting.count_within(account=account, law=clocks.law_of(customer.country), today=_today(customer, now))
    _append(
        customer, account, "limitation.revoked", actor, now,
        interruption=found.id, kind=found.kind, on=found.on, until=clock.until,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def guarantee(
    *,
    person_id: int,
    account_id: int,
    kind: str,
    evidence: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    debt_due_on: date | None = None,
    agreed_until: date | None = None,
) -> Guarantee:
    """Record for which account somebody stands, how, and until when, in place of what was recorded before.

    Without the debt's due day and an agreed period its end is unknown. Raise RefusedError when the person is no
    guarantor, or there is no evidence.
    """
    person = RelatedPerson.objects.filter(id=person_id, role="guarantor", ended_at__isnull=True).first()
    if person is None:
        raise RefusedError("no_such_guarantor")
    customer, account = _open(person.customer_id, account_id, actor, seen_version, now)
    if kind not in GUARANTEE_KINDS:
        raise RefusedError("no_such_guarantee_kind")
    row = Guarantee.objects.filter(account=account, person=person).first() or Guarantee(account=account, person=person)
    row.customer, row.kind, row.evidence = customer, kind, _words(evidence)
    row.debt_due_on, row.agreed_until = debt_due_on or clocks.begins_on(account), agreed_until
    row.recorded_by, row.recorded_at = actor.staff, now
    _settle(row, customer, now)
    _append(customer, account, "guarantee.recorded", actor, now, guarantee=row.id, kind=kind, until=row.until)
    return row


@transaction.atomic(durable=True)
def call_upon(
    *,
    guarantee_id: int,
    on: date,
    evidence: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Guarantee:
    """Record that the guarantor was called upon within the period: by demand, or in general guarantee by suit.

    Raise RefusedError when it is recorded already, the day is to come, or the period was over by then.
    """
    found = Guarantee.objects.filter(id=guarantee_id).first()
    if found is None:
        raise RefusedError("no_such_guarantee")
    customer, account = _open(found.customer_id, found.account_id, actor, seen_version, now)
    row = Guarantee.objects.get(id=guarantee_id)
    if row.claimed_on is not None:
        raise RefusedError("guarantee_claimed_already")
    if on > _today(customer, now):
        raise RefusedError("day_to_come")
    if row.until is not None and on > row.until:
        raise RefusedError("guarantee_period_over", day=row.until)
    row.claimed_on, row.claim_evidence = on, _words(evidence)
    _settle(row, customer, now)
    _append(customer, account, "guarantee.claimed", actor, now, guarantee=row.id, on=on, until=row.until)
    return row


def _settle(row: Guarantee, customer: Customer, now: datetime) -> None:
    """Count a guarantee's period and save it."""
    today = _today(customer, now)
    found = clocks.period_of(row, law=clocks.law_of(customer.country), today=today)
    row.until = found.until
    row.level = "quiet" if found.state == "claimed" else level_of(found.until, today=today)
    row.save()


def _open(
    customer_id: int, account_id: int, actor: records.Actor, seen_version: int | None, now: datetime
) -> tuple[Customer, Account]:
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    account = Account.objects.filter(id=account_id, customer=customer).first()
    if account is None:
        raise RefusedError("no_such_account")
    return customer, account


def _append(
    customer: Customer, account: Account, event: str, actor: records.Actor, now: datetime, **facts: object
) -> None:
    payload = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
    records.append(customer=customer, kind=event, actor=actor, now=now, account_id=account.pk, payload=payload)


def _words(text: str) -> str:
    words = harmless(text).strip()
    if not plain(words):
        raise RefusedError("evidence_missing")
    return words


def _today(customer: Customer, now: datetime) -> date:
    return now.astimezone(ZoneInfo(customer.time_zone)).date()
