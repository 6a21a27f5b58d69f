"""The devices on which customers have the bank's app, and whether they may be pushed to: as the bank says."""

from datetime import datetime

from django.db import transaction

from collections_app.models import ContactPoint, Customer
from collections_app.models.tokens import contact_token
from collections_app.services import contact_points, derivation, records
from collections_app.services.errors import RefusedError

KIND = "app_push"
_ALLOWED = {True: "ok", False: "refused"}


@transaction.atomic(durable=True)
def take(*, customer_no: str, device: str, allowed: bool, told_at: datetime, now: datetime) -> bool:
    """Record whether a customer's device may be pushed to, and return whether that was news.

    A customer who signed in on it owns it: it counts as checked, and one that was gone is there again. A word from
    before the last one changes nothing. Raise RefusedError when there is no such customer, or for a word from the
    future.
    """
    customer_id = Customer.objects.filter(customer_no=customer_no).values_list("pk", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_record")
    if told_at > now:
        raise RefusedError("day_to_come")
    customer = records.lock(customer_id=customer_id, now=now)
    token = contact_token(device, is_phone=False)
    point = ContactPoint.objects.filter(customer=customer, kind=KIND, value_token=token).first()
    permission, quality = _ALLOWED[allowed], "verified"
    if point is None:
        _add(customer, device, token, permission, told_at, now)
    else:
        if point.verified_at is not None and told_at <= point.verified_at:
            return False
        news = (point.permission, point.quality) != (permission, quality)
        if news:
            contact_points.judge_within(
                customer=customer, contact_point=point, quality=quality, permission=permission, actor=records.SYSTEM,
                now=now,
            )  # fmt: skip
        # The day of the word, not of its arrival: an older one that comes later changes nothing.
        ContactPoint.objects.filter(pk=point.pk).update(verified_at=told_at)
        if not news:
            return False
    derivation.derive(customer=customer, now=now)
    return True


def _add(
    customer: Customer, device: str, token: str, permission: str, told_at: datetime, now: datetime
) -> ContactPoint:
    point = ContactPoint.objects.create(
        customer=customer,
        kind=KIND,
        value=device,
        value_token=token,
        country=customer.country,
        provenance="on_file",
        relation="self",
        quality="verified",
        permission=permission,
        verified_at=told_at,
        created_at=now,
    )
    records.append(
        customer=customer,
        kind="contact_point.added",
        actor=records.SYSTEM,
        now=now,
        payload={"contact_point": point.id, "kind": KIND, "relation": "self", "provenance": "on_file"},
    )
    return point
