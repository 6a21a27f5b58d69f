"""Adding, judging and silencing the numbers of a record."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction

from collections_app.domain import phones
from collections_app.domain.contact_points import PARTIES, UNUSABLE, without_calls
from collections_app.domain.people import RELATIONS_OF_OTHERS
from collections_app.domain.typed import plain
from collections_app.models import ContactPoint, Customer, Event, LookUp, RelatedPerson
from collections_app.models.tokens import contact_token, number_tokens
from collections_app.selectors import codes
from collections_app.services import derivation, note_words, records
from collections_app.services.errors import RefusedError

REFUSED = "refused"
HOURS = "hours"
_PHONES = frozenset({"mobile", "landline_home", "landline_work"})
Hours = tuple[time, time]
# What was changed of a number, as codes and ids.
Change = dict[str, Any]


@transaction.atomic(durable=True)
def add(
    *,
    customer_id: int,
    kind: str,
    value: str,
    provenance: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    person_id: int | None = None,
    relation: str = "self",
    quality: str = "unknown",
) -> ContactPoint:
    """Add a number or address to a record, and return it.

    Whose it is follows from the person it is given with; without one it is the customer's own or a third party's.
    Raise RefusedError for a code nobody knows, a number that cannot be one, one that stands there already, or a
    party to the debt who is not on record.

    A number that stands there already as nobody's, as a third party's, or as that of somebody whose role has ended is
    given to the person named: a renewed power reaches its representative.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="contact.correct")
    records.check_may(actor=actor, action="contact.correct")
    _check_codes(kind, provenance, quality)
    person = _person(customer, person_id)
    if person is None and relation != "self" and relation not in RELATIONS_OF_OTHERS:
        raise RefusedError("relation_needs_role")
    point = ContactPoint(
        customer=customer,
        kind=kind,
        value=_written(kind, value, customer),
        country=customer.country,
        provenance=provenance,
        relation=person.relation if person else relation,
        holder_name=person.name if person else "",
        person=person,
        quality=quality,
        verified_at=now if quality == "verified" else None,
        created_at=now,
    )
    _save(customer, point)
    records.append(
        customer=customer,
        kind="contact_point.added",
        actor=actor,
        now=now,
        payload={"contact_point": point.id, "kind": kind, "relation": point.relation, "provenance": provenance},
    )
    derivation.derive(customer=customer, now=now)
    return point


def _save(customer: Customer, point: ContactPoint) -> None:
    """Keep a number or address once, whoever it stood for before, and let the customer be found by their own."""
    is_phone = point.kind in _PHONES
    point.value_token = contact_token(point.value, is_phone=is_phone)
    same = ContactPoint.objects.filter(customer=customer, kind=point.kind, value_token=point.value_token)
    standing = same.first()
    if standing is not None:
        _check_passes_on(standing, point.person)
        _take_place_of(standing, point)
    point.save()
    if is_phone and point.relation == "self":
        customer.search_tokens = sorted({*customer.search_tokens, *number_tokens(point.value)})
        customer.save(update_fields=["search_tokens"])


def _check_codes(kind: str, provenance: str, quality: str) -> None:
    book = codes.seen()
    known = {"contact_kinds": kind, "provenances": provenance, "qualities": quality}
    if any(code not in book.terms(name) for name, code in known.items()):
        raise RefusedError("no_such_quality")


def _take_place_of(standing: ContactPoint, point: ContactPoint) -> None:
    """Let a number be the one that stands there; what its holder has allowed stays as they said it.

    One that nobody was to use is not used until it is judged anew, with the evidence that takes.
    """
    point.pk, point.created_at, point.permission = standing.pk, standing.created_at, standing.permission
    point.hours_from, point.hours_to = standing.hours_from, standing.hours_to
    if standing.quality in UNUSABLE:
        point.quality, point.verified_at = standing.quality, standing.verified_at


def _check_passes_on(standing: ContactPoint, person: RelatedPerson | None) -> None:
    """Refuse a number that stands on the record, unless it is given to a person and is nobody's that has a role.

    Who has renewed their role is the same person on a newer document. A number whose holder is no party and has
    refused is nobody's to give.
    """
    holder = standing.person
    is_theirs = holder is not None and holder.ended_at is None
    renewed = (
        holder is not None
        and person is not None
        and holder.pk != person.pk
        and (holder.name, holder.role) == (person.name, person.role)
    )
    if person is None or standing.relation == "self" or (is_theirs and not renewed):
        raise RefusedError("number_stands_already")
    if _has_refused_for_good(standing):
        raise RefusedError("third_refusal_stands")


def _person(customer: Customer, person_id: int | None) -> RelatedPerson | None:
    if person_id is None:
        return None
    person = RelatedPerson.objects.filter(id=person_id, customer=customer, ended_at__isnull=True).first()
    if person is None:
        raise RefusedError("no_such_person")
    return person


def _written(kind: str, value: str, customer: Customer) -> str:
    """Return a number as E.164, an address as it was typed. Raise RefusedError for what cannot be one."""
    text = plain(value)
    written = phones.e164(text, country=customer.country) if kind in _PHONES else text
    if not written or (kind == "mobile" and not phones.is_mobile(written)) or (kind == "email" and "@" not in written):
        raise RefusedError("number_unreadable")
    return written


@transaction.atomic(durable=True)
def judge(
    *,
    contact_point_id: int,
    quality: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    permission: str = "",
    hours: Hours | None = None,
    evidence: str = "",
) -> ContactPoint:
    """Record what is now known of a number: its quality, whether it may be used, and at which hours if only then.

    ``evidence`` says how it was found out; raise RefusedError("evidence_missing") without one when a number is called
    verified, or one that nobody was to use may be used again: that opens it on every record.
    """
    customer_id = ContactPoint.objects.filter(id=contact_point_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_number")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="contact.correct")
    records.check_may(actor=actor, action="contact.correct")
    point = ContactPoint.objects.get(id=contact_point_id)
    lifts = point.quality in UNUSABLE and quality not in UNUSABLE | {""}
    if (quality == "verified" or lifts) and actor.staff is not None and not plain(evidence):
        raise RefusedError("evidence_missing")
    note_words.check(text=evidence, kind="contact_change")
    judge_within(
        customer=customer, contact_point=point, quality=quality, permission=permission, actor=actor, now=now,
        hours=hours, text=evidence.strip(),
    )  # fmt: skip
    derivation.derive(customer=customer, now=now)
    return point


def judge_within(
    *,
    customer: Customer,
    contact_point: ContactPoint,
    quality: str,
    actor: records.Actor,
    now: datetime,
    permission: str = "",
    hours: Hours | None = None,
    text: str = "",
) -> Event:
    """Set quality or permission of a number on a record the caller has locked, and return the event that says so.

    The caller derives.

    A number that is bad here is refused for every customer who holds it: permits look at the number, not at
    this row alone.
    """
    book = codes.seen()
    if (quality and quality not in book.terms("qualities")) or (
        permission and permission not in book.terms("permissions")
    ):
        raise RefusedError("no_such_quality")
    if permission and permission != REFUSED and _has_refused_for_good(contact_point):
        raise RefusedError("third_refusal_stands")
    if permission == HOURS and hours is None and contact_point.hours_from is None:
        raise RefusedError("hours_missing")
    if hours is not None and hours[0] >= hours[1]:
        raise RefusedError("hours_upside_down")
    contact_point.quality = quality or contact_point.quality
    contact_point.permission = permission or contact_point.permission
    if quality == "verified":
        contact_point.verified_at = now
    if hours is not None:
        contact_point.hours_from, contact_point.hours_to = hours
    contact_point.save(update_fields=["quality", "permission", "verified_at", "hours_from", "hours_to"])
    return records.append(
        customer=customer,
        kind="contact_point.changed",
        actor=actor,
        now=now,
        payload={"contact_point": contact_point.id, "quality": quality, "permission": permission},
        text=text,
    )


def close_person_within(
    *, customer: Customer, contact_point: ContactPoint, actor: records.Actor, now: datetime
) -> list[Change]:
    """Record that who answered here wants no such contact again: the number, and whatever else reaches them here.

    The caller has locked the record and derives. Permits look at the number on every record. Return what was changed.
    """
    theirs = [contact_point]
    if contact_point.relation not in PARTIES and contact_point.holder_name:
        others = customer.contact_points.filter(relation=contact_point.relation).exclude(id=contact_point.id)
        theirs += [other for other in others.order_by("id") if other.holder_name == contact_point.holder_name]
    return [
        change_within(customer=customer, contact_point=point, field="permission", to=REFUSED, actor=actor, now=now)
        for point in theirs
    ]


def stop_calls_within(
    *, customer: Customer, contact_point: ContactPoint, actor: records.Actor, now: datetime
) -> Change:
    """Record that the holder of a number wants no calls there, which opens nothing that was closed.

    The caller has locked the record and derives. Return what was changed.
    """
    to = without_calls(contact_point.permission)
    return change_within(
        customer=customer, contact_point=contact_point, field="permission", to=to, actor=actor, now=now
    )


def change_within(
    *, customer: Customer, contact_point: ContactPoint, field: str, to: str, actor: records.Actor, now: datetime
) -> Change:
    """Set a number's ``quality`` or ``permission`` on a record the caller has locked; the caller derives.

    Return the number by id, what the field was, what it was set to, and the event: a correction takes it back by them.
    """
    before = getattr(contact_point, field)
    event = judge_within(
        customer=customer,
        contact_point=contact_point,
        quality=to if field == "quality" else "",
        permission=to if field == "permission" else "",
        actor=actor,
        now=now,
    )
    return {"number": contact_point.id, field: before, "set": to, "event": event.pk}


def has_moved_on(*, contact_point: ContactPoint, change: Change) -> bool:
    """Return whether something was said of a number since a change to it, be it the same once more."""
    field = "quality" if "quality" in change else "permission"
    later = Event.objects.filter(
        customer_id=contact_point.customer_id,
        kind="contact_point.changed",
        id__gt=change["event"],
        payload__contact_point=contact_point.pk,
    )
    return getattr(contact_point, field) != change["set"] or later.exclude(**{f"payload__{field}": ""}).exists()


def restore_within(
    *, customer: Customer, contact_point: ContactPoint, before: Mapping[str, str], actor: records.Actor, now: datetime
) -> None:
    """Give a number back the quality or permission it had before a fact that was recorded wrong. The caller derives."""
    contact_point.quality = before.get("quality", contact_point.quality)
    contact_point.permission = before.get("permission", contact_point.permission)
    contact_point.save(update_fields=["quality", "permission"])
    records.append(
        customer=customer,
        kind="contact_point.changed",
        actor=actor,
        now=now,
        payload={"contact_point": contact_point.id, "quality": before.get("quality", "")}
        | {"permission": before.get("permission", ""), "corrects": True},
    )


def _has_refused_for_good(contact_point: ContactPoint) -> bool:
    return contact_point.permission == REFUSED and contact_point.relation not in PARTIES


@transaction.atomic(durable=True)
def log_look(*, customer_id: int, purpose: str, actor: records.Actor, now: datetime) -> None:
    """Log that a member of staff looked at a record or asked for a masked number, and why."""
    if actor.staff is None:
        raise RefusedError("not_allowed")
    LookUp.objects.create(customer_id=customer_id, staff=actor.staff, purpose=purpose, at=now)
