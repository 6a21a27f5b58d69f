"""Prolonging the term of a mediation: only both parties together may."""

from datetime import date, datetime

from django.db import transaction

from collections_app.models import Customer
from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError
from mediation.domain.clocks import ClockKind, extension_problem
from mediation.domain.kinds import Kind
from mediation.models import Mediation, TermExtension
from mediation.services import clocks, consents, mediations


@transaction.atomic(durable=True)
def ask(
    *,
    mediation_id: int,
    until: date,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    customer_id: int | None = None,
) -> TermExtension:
    """Ask the other side for a later last day of a mediation; who asks agrees by asking.

    ``customer_id`` is given where the customer asks. Raise RefusedError when the term has not begun, is over, or the
    day is not later, or more than 30 days later.
    """
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now, customer_id=customer_id)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    records.check_may(actor=actor, action="mediation.propose")
    if mediation.kind != Kind.MEDIATION:
        raise RefusedError("only_mediation_has_term")
    if mediation.extensions.filter(answered_at__isnull=True).exists():
        raise RefusedError("extension_waiting")
    today, ends_on = clocks.today_of(customer, now), mediation.term_ends_on
    problem = extension_problem(until=until, ends_on=ends_on, today=today)
    if problem or ends_on is None:
        raise RefusedError(problem or "no_term_to_extend")
    row = TermExtension.objects.create(
        mediation=mediation,
        customer=customer,
        ends_on_before=ends_on,
        ends_on_after=until,
        asked_side="bank" if actor.staff else "customer",
        asked_how="system" if actor.staff else "page",
        asked_by=actor.staff,
        asked_at=now,
    )
    _append(customer, mediation, row, "mediation.extension_asked", actor, now)
    derivation.derive(customer=customer, now=now)
    return row


@transaction.atomic(durable=True)
def answer(
    *,
    mediation_id: int,
    agrees: bool,
    how: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    customer_id: int | None = None,
) -> TermExtension:
    """Record what the other side says to a later last day; with both consents the term and its clock move.

    Staff write down a customer's word with its means; to what the customer asked, the bank answers by itself. Raise
    RefusedError when nothing waits, the customer would answer their own, or the term was over before both agreed: what
    has ended is not prolonged.
    """
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now, customer_id=customer_id)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    records.check_may(actor=actor, action="mediation.answer")
    row = mediation.extensions.filter(answered_at__isnull=True).first()
    if row is None:
        raise RefusedError("no_such_extension")
    if row.asked_side == "customer":
        records.check_may(actor=actor, action="mediation.propose")
    if actor.staff is None and row.asked_side == "customer":
        raise RefusedError("extension_own")
    if agrees and (mediation.term_ends_on or row.ends_on_before) < clocks.today_of(customer, now):
        raise RefusedError("no_term_to_extend")
    row.agrees = agrees
    row.answered_how = "system" if row.asked_side == "customer" else consents.means_of(how=how, actor=actor)
    row.answered_by, row.answered_at = actor.staff, now
    row.save(update_fields=["agrees", "answered_how", "answered_by", "answered_at"])
    if agrees:
        until = max(row.ends_on_after, mediation.term_ends_on or row.ends_on_after)
        mediation.term_ends_on = until
        mediation.save(update_fields=["term_ends_on"])
        clocks.start_within(customer=customer, mediation=mediation, kind=ClockKind.TERM, now=now, due=until)
    _append(customer, mediation, row, "mediation.extended", actor, now)
    derivation.derive(customer=customer, now=now)
    return row


def _append(
    customer: Customer, mediation: Mediation, row: TermExtension, kind: str, actor: records.Actor, now: datetime
) -> None:
    payload = {"mediation": mediation.id, "extension": row.id, "until": row.ends_on_after.isoformat()}
    if row.agrees is not None:
        payload |= {"agrees": row.agrees}
    records.append(customer=customer, kind=kind, actor=actor, now=now, account_id=mediation.account_id, payload=payload)
