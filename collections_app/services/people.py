"""People beside a customer, and the estate of one who has died."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from collections_app.domain import people as rules
from collections_app.domain.people import RELATION_OF_ROLE, RELATIONS_OF_OTHERS, Standing
from collections_app.domain.typed import harmless, plain
from collections_app.models import Account, ContactPoint, Customer, Estate, Hold, RelatedPerson
from collections_app.selectors import codes
from collections_app.services import derivation, handoffs, holds, records, sweeps
from collections_app.services.errors import RefusedError

ACTION = "person.record"
DECEASED = "deceased"


@transaction.atomic(durable=True)
def record(
    *,
    customer_id: int,
    name: str,
    relation: str,
    standing: Standing,
    provenance: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    account_id: int | None = None,
) -> RelatedPerson:
    """Record somebody beside a customer with their role in the debt, and return them.

    Raise RefusedError when the name is missing, a code is unknown, or the role lacks what it rests on: a document,
    an end, the debtor's consent, the debtor's death.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    if not plain(name):
        raise RefusedError("name_missing")
    _check_codes(relation, standing.role, provenance)
    if account_id is not None and not Account.objects.filter(id=account_id, customer=customer).exists():
        raise RefusedError("no_such_account")
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    if problem := rules.missing(standing, today=today, is_dead=is_dead(customer, now=now)):
        raise RefusedError(problem)
    if standing.role == rules.HEIR and _estates(customer).filter(renounced=True).exists():
        raise RefusedError("heirs_renounced")
    person = record_within(
        customer=customer,
        name=name,
        relation=relation,
        standing=standing,
        provenance=provenance,
        actor=actor,
        now=now,
        account_id=account_id,
    )
    derivation.derive(customer=customer, now=now)
    return person


def record_within(
    *,
    customer: Customer,
    name: str,
    relation: str,
    standing: Standing,
    provenance: str,
    actor: records.Actor,
    now: datetime,
    account_id: int | None = None,
) -> RelatedPerson:
    """Write down somebody whose role has been checked, on a record the caller has locked; the caller derives."""
    person = RelatedPerson.objects.create(
        customer=customer,
        account_id=account_id,
        name=harmless(name).strip(),
        relation=RELATION_OF_ROLE.get(standing.role, relation),
        role=standing.role,
        provenance=provenance,
        document=harmless(standing.document).strip(),
        until=standing.until,
        consent_on=standing.consent_on,
        verified_at=now if standing.role != "none" else None,
        recorded_by=actor.staff,
        recorded_at=now,
    )
    _append(customer, "person.recorded", actor, now, {"person": person.id, "role": person.role}, account_id)
    return person


@transaction.atomic(durable=True)
def end(*, person_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime) -> RelatedPerson:
    """End somebody's role: their numbers are used no more. Raise RefusedError when it has ended already."""
    found = RelatedPerson.objects.filter(id=person_id).values_list("customer_id", flat=True).first()
    if found is None:
        raise RefusedError("no_such_person")
    customer = records.lock(customer_id=found, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    person = RelatedPerson.objects.get(id=person_id)
    if person.ended_at is not None:
        raise RefusedError("no_such_person")
    if not plain(reason):
        raise RefusedError("reason_missing")
    _end_within(customer, person, actor, now, reason)
    derivation.derive(customer=customer, now=now)
    return person


def end_expired(*, now: datetime, limit: int = 500) -> int:
    """End the roles whose document's last day is over, and return how many. Safe to repeat."""
    # East of Greenwich the day after has begun; each customer's own day is looked at below.
    latest = now.date() + timedelta(days=1)
    due = RelatedPerson.objects.filter(ended_at__isnull=True, until__lt=latest).order_by("customer_id", "id")
    return sweeps.each(list(due.values_list("id", "customer_id")), lambda row: _expire(*row, now), limit=limit)


@transaction.atomic(durable=True)
def _expire(person_id: int, customer_id: int, now: datetime) -> bool:
    customer = records.lock(customer_id=customer_id, now=now)
    person = RelatedPerson.objects.get(id=person_id)
    local = now.astimezone(ZoneInfo(customer.time_zone)).date()
    if person.ended_at is not None or person.until is None or person.until >= local:
        return False
    _end_within(customer, person, records.SYSTEM, now, "")
    derivation.derive(customer=customer, now=now)
    return True


def _end_within(customer: Customer, person: RelatedPerson, actor: records.Actor, now: datetime, reason: str) -> None:
    """End a role on a locked record: who has none is a third party, and permits use their numbers no more.

    That the role has ended says nothing of what its holder wants: nobody has refused anything.
    """
    person.ended_at = now
    person.save(update_fields=["ended_at"])
    for point in ContactPoint.objects.filter(person=person).order_by("id"):
        point.relation = "unknown"
        point.save(update_fields=["relation"])
    # Whose role has ended looks after no estate.
    Estate.objects.filter(customer=customer, contact=person).update(contact=None)
    payload = {"person": person.id, "role": person.role}
    records.append(
        customer=customer, kind="person.ended", actor=actor, now=now, payload=payload,
        text=reason if actor.staff else "",
    )  # fmt: skip


@transaction.atomic(durable=True)
def record_estate(
    *,
    customer_id: int,
    values: Mapping[str, object],
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> Estate:
    """Record a customer's death and what is known of the estate, beside what was recorded before; return it.

    ``values`` are fields of Estate: died_on, proof, inventory_fen (fen), inventory_on, inventory_source, contact_id,
    renounced. Stops collection at once; without a proof it also opens the hand-off that asks for one. Where every heir
    has renounced, none is heir any more: they owe nothing (民法典 1161) and their numbers are used no more; whoever
    administers the estate stays. A death that was taken back before is recorded anew, with nothing of the old one.
    Raise RefusedError for a day to come, an inventory without a source, or a contact who is no heir.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="estate.record")
    records.check_may(actor=actor, action="estate.record")
    estate = _estates(customer).first() or Estate(customer=customer)
    proven_before = estate.proven_at
    for name, value in values.items():
        setattr(estate, name, value)
    _check_estate(customer, estate, now)
    estate.proven_at = proven_before or (now if estate.proof else None)
    estate.recorded_by, estate.recorded_at, estate.withdrawn_at = actor.staff, now, None
    estate.save()
    if estate.renounced:
        _end_heirs_within(customer, frozenset({rules.HEIR}), actor, now)
        estate.refresh_from_db()
    if not is_held_as_dead(customer, now=now):
        holds.place_within(customer=customer, kind=DECEASED, actor=actor, now=now, source=f"estate:{customer.pk}")
        if not estate.proof:
            handoffs.open_within(customer=customer, kind="bereavement", actor=actor, now=now)
    facts = {"proven": estate.proven_at is not None, "inventory": estate.inventory_fen is not None}
    _append(customer, "estate.recorded", actor, now, facts, None)
    derivation.derive(customer=customer, now=now)
    return estate


def undo_death_within(*, customer: Customer, actor: records.Actor, now: datetime) -> None:
    """Take back that a customer has died, on a record the caller has locked, unless it is still held as dead.

    The caller has ended the hold that was placed wrong. The estate counts no more until it is recorded anew, and who
    was heir or looked after it has no role: their numbers are used no more.
    """
    if is_held_as_dead(customer, now=now):
        return
    _estates(customer).update(withdrawn_at=now)
    _end_heirs_within(customer, rules.NEEDS_DEATH, actor, now)


def _end_heirs_within(customer: Customer, roles: frozenset[str], actor: records.Actor, now: datetime) -> None:
    """End these roles of a record the caller has locked."""
    heirs = RelatedPerson.objects.filter(customer=customer, role__in=roles, ended_at__isnull=True)
    for person in heirs.order_by("id"):
        _end_within(customer, person, actor, now, "")


def _estates(customer: Customer) -> QuerySet[Estate]:
    """Return the estate of a customer, as it stands; none where the death was recorded in error."""
    return Estate.objects.filter(customer=customer, withdrawn_at__isnull=True)


def is_dead(customer: Customer, *, now: datetime) -> bool:
    """Return whether a customer is known or said to have died."""
    return _estates(customer).exists() or is_held_as_dead(customer, now=now)


def is_held_as_dead(customer: Customer, *, now: datetime) -> bool:
    """Return whether collection is stopped because the customer has died."""
    rows = Hold.objects.filter(customer=customer, kind=DECEASED, released_at__isnull=True)
    return any(hold.ends_at is None or hold.ends_at > now for hold in rows)


def _check_estate(customer: Customer, estate: Estate, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(customer.time_zone)).date()
    days = (estate.died_on, estate.inventory_on)
    if any(day is not None and day > today for day in days):
        raise RefusedError("day_to_come")
    if estate.inventory_fen is not None and not (estate.inventory_on and plain(estate.inventory_source)):
        raise RefusedError("inventory_needs_source")
    contact = estate.contact
    if contact is not None and (
        contact.customer_id != customer.pk or contact.role not in rules.NEEDS_DEATH or contact.ended_at is not None
    ):
        raise RefusedError("no_such_person")


def _check_codes(relation: str, role: str, provenance: str) -> None:
    book = codes.seen()
    if role not in rules.DEBT_ROLES or provenance not in book.terms("provenances"):
        raise RefusedError("no_such_role")
    if role == "none" and relation not in RELATIONS_OF_OTHERS:
        raise RefusedError("relation_needs_role")


def _append(
    customer: Customer,
    kind: str,
    actor: records.Actor,
    now: datetime,
    payload: Mapping[str, object],
    account_id: int | None,
) -> None:
    records.append(customer=customer, kind=kind, actor=actor, now=now, account_id=account_id, payload=payload)
