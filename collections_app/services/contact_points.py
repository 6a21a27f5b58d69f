"""Adding, judging and silencing the numbers of a record."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from collections_app.domain.contact_points import PARTIES
from collections_app.models import ContactPoint, Customer, LookUp
from collections_app.selectors import codes
from collections_app.services import derivation, records
from collections_app.services.errors import RefusedError

REFUSED = "refused"


@transaction.atomic(durable=True)
def judge(
    *,
    contact_point_id: int,
    quality: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
    permission: str = "",
) -> ContactPoint:
    """Record what is now known of a number: its quality, and whether it may be used."""
    customer_id = ContactPoint.objects.filter(id=contact_point_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_number")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="contact.correct")
    records.check_may(actor=actor, action="contact.correct")
    point = ContactPoint.objects.get(id=contact_point_id)
    judge_within(customer=customer, contact_point=point, quality=quality, permission=permission, actor=actor, now=now)
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
) -> None:
    """Set quality or permission of a number on a record the caller has locked; the caller derives.

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
    contact_point.quality = quality or contact_point.quality
    contact_point.permission = permission or contact_point.permission
    if quality == "verified":
        contact_point.verified_at = now
    contact_point.save(update_fields=["quality", "permission", "verified_at"])
    records.append(
        customer=customer,
        kind="contact_point.changed",
        actor=actor,
        now=now,
        payload={"contact_point": contact_point.id, "quality": quality, "permission": permission},
    )


def close_person_within(
    *, customer: Customer, contact_point: ContactPoint, actor: records.Actor, now: datetime
) -> list[tuple[int, str]]:
    """Record that who answered here wants no such contact again: the number, and whatever else reaches them here.

    The caller has locked the record and derives. Permits look at the number on every record. Return the numbers by
    id, each with the permission it had.
    """
    theirs = [contact_point]
    if contact_point.relation not in PARTIES and contact_point.holder_name:
        others = customer.contact_points.filter(relation=contact_point.relation).exclude(id=contact_point.id)
        theirs += [other for other in others.order_by("id") if other.holder_name == contact_point.holder_name]
    before = [(point.id, point.permission) for point in theirs]
    for point in theirs:
        judge_within(customer=customer, contact_point=point, quality="", permission=REFUSED, actor=actor, now=now)
    return before


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
