"""What a mediator says of their ties to a case, and whether both parties accept it."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless, plain
from collections_app.services import derivation, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.models import Disclosure, Mediation
from mediation.selectors.people.fairness import open_findings
from mediation.services import mediations, sessions

LONGEST = 1000


@transaction.atomic(durable=True)
def declare(
    *,
    session_id: int,
    interest: bool,
    text: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Disclosure:
    """Record the mediator's declaration about their own session: nothing to declare, or what both parties must know.

    Before or during the session (rules of online mediation, article 12). The text is for both parties; the shared
    record learns only that there is one.
    """
    customer, session = sessions.locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    if session.mediator is None:
        raise RefusedError("negotiation_has_no_panel")
    text = harmless(text).strip()
    if len(text) > LONGEST:
        raise RefusedError("reason_too_long", longest=LONGEST)
    if interest and not plain(text):
        raise RefusedError("disclosure_empty")
    if not interest and open_findings(session):
        # What the record itself says cannot be declared away.
        raise RefusedError("disclosure_contradicts")
    row = Disclosure.objects.create(
        mediation=session.mediation,
        customer=customer,
        mediator=session.mediator,
        interest=interest,
        text=text,
        during_session=session.state == "in_session",
        at=now,
    )
    records.append(
        customer=customer,
        kind="mediation.disclosed",
        actor=actor,
        now=now,
        account_id=session.mediation.account_id,
        payload={"mediation": session.mediation_id, "session": session.id, "interest": interest},
    )
    derivation.derive(customer=customer, now=now)
    return row


@transaction.atomic(durable=True)
def waive_for_bank(*, disclosure_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Disclosure:
    """Accept a disclosure for the bank: by the representative of the session, or whoever manages panels."""
    row, mediation = _waived(disclosure_id, actor, seen_version, now, side="bank", customer_id=None)
    return _keep(row, mediation, actor, now, side="bank")


@transaction.atomic(durable=True)
def waive_for_customer(*, disclosure_id: int, customer_id: int, seen_version: int | None, now: datetime) -> Disclosure:
    """Accept a disclosure for the customer, on their own page. Raise RefusedError for another customer's."""
    row, mediation = _waived(
        disclosure_id, records.CUSTOMER, seen_version, now, side="customer", customer_id=customer_id
    )
    return _keep(row, mediation, records.CUSTOMER, now, side="customer")


def _waived(
    disclosure_id: int,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    *,
    side: str,
    customer_id: int | None,
) -> tuple[Disclosure, Mediation]:
    found = Disclosure.objects.filter(id=disclosure_id)
    if customer_id is not None:
        found = found.filter(customer=customer_id)
    mediation_id = found.values_list("mediation_id", flat=True).first()
    if mediation_id is None:
        raise RefusedError("no_such_disclosure")
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    if side == "bank":
        _check_speaks(mediation, actor)
    row = Disclosure.objects.get(id=disclosure_id)
    if not row.interest or getattr(row, f"{side}_waived_at") is not None:
        raise RefusedError("disclosure_accepted_already")
    mediation.customer = customer
    return row, mediation


def _check_speaks(mediation: Mediation, actor: records.Actor) -> None:
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="mediation.represent")
    if mediation.sessions.filter(representative=actor.staff, state__in=["scheduled", "in_session"]).exists():
        records.check_may(actor=actor, action="mediation.represent")
        return
    records.check_may(actor=actor, action="mediation.panel")


def _keep(row: Disclosure, mediation: Mediation, actor: records.Actor, now: datetime, *, side: str) -> Disclosure:
    if side == "bank":
        row.bank_waived_at, row.bank_waived_by = now, actor.staff
    else:
        row.customer_waived_at = now
    row.save(update_fields=["bank_waived_at", "bank_waived_by", "customer_waived_at"])
    records.append(
        customer=mediation.customer,
        kind="mediation.waived",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "side": side},
    )
    derivation.derive(customer=mediation.customer, now=now)
    return row
