"""The devices on which customers have the bank's app: whether they may be pushed to, as the bank says, and their end.

A device is signed out by its customer, or by a colleague with a reason. Nothing is pushed to it any more, and who is on
the customer's page from the app is out, until the bank says that its customer has signed in on it anew.
"""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import plain
from collections_app.models import AccessSession, ContactPoint, Customer
from collections_app.models.tokens import contact_token
from collections_app.services import contact_points, derivation, note_words, records
from collections_app.services.errors import RefusedError

KIND = "app_push"
ACTION = "device.revoke"
_ALLOWED = {True: "ok", False: "refused"}


@transaction.atomic(durable=True)
def take(*, customer_no: str, device: str, allowed: bool, told_at: datetime, now: datetime) -> bool:
    """Record whether a customer's device may be pushed to, and return whether that was news.

    A customer who signed in on it owns it: it counts as checked, and one that was gone or signed out is there again. A
    word from before the last one, or from before it was signed out, changes nothing. Raise RefusedError when there is
    no such customer, or for a word from the future.
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
        last = max(filter(None, [point.verified_at, point.signed_out_at]), default=None)
        if last is not None and told_at <= last:
            return False
        news = (point.permission, point.quality, point.signed_out_at) != (permission, quality, None)
        if news:
            contact_points.judge_within(
                customer=customer, contact_point=point, quality=quality, permission=permission, actor=records.SYSTEM,
                now=now,
            )  # fmt: skip
        # The day of the word, not of its arrival: an older one that comes later changes nothing.
        ContactPoint.objects.filter(pk=point.pk).update(verified_at=told_at, signed_out_at=None)
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


@transaction.atomic(durable=True)
def revoke(
    *, point_id: int, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> ContactPoint:
    """Sign a device out at a colleague's word. Raise RefusedError without a reason, or when it is none or out."""
    customer_id = ContactPoint.objects.filter(pk=point_id, kind=KIND).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_device")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=ACTION)
    records.check_may(actor=actor, action=ACTION)
    if not plain(reason):
        raise RefusedError("reason_missing")
    note_words.check(text=reason, kind="note")
    return _sign_out_within(customer, point_id, actor, now, reason)


@transaction.atomic(durable=True)
def sign_out(*, customer_id: int, point_id: int, now: datetime) -> ContactPoint:
    """Sign a customer's own device out at their word. Raise RefusedError when it is none of theirs or out already."""
    customer = records.lock(customer_id=customer_id, now=now)
    return _sign_out_within(customer, point_id, records.CUSTOMER, now, "")


def _sign_out_within(
    customer: Customer, point_id: int, actor: records.Actor, now: datetime, reason: str
) -> ContactPoint:
    point = ContactPoint.objects.filter(pk=point_id, customer=customer, kind=KIND).first()
    if point is None:
        raise RefusedError("no_such_device")
    if point.signed_out_at is not None:
        raise RefusedError("device_out_already")
    # A mark of its own: whether pushes are on there is another matter. Only a newer word of the bank's takes it away.
    point.signed_out_at = now
    point.save(update_fields=["signed_out_at"])
    inside = AccessSession.objects.filter(customer=customer, link__isnull=True, ended_at__isnull=True)
    sessions = inside.update(ended_at=now)
    records.append(
        customer=customer,
        kind="device.signed_out",
        actor=actor,
        now=now,
        payload={"contact_point": point.pk, "sessions": sessions},
        text=reason,
    )
    derivation.derive(customer=customer, now=now)
    return point
