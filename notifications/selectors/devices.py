"""The devices on which a customer has the bank's app."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from collections_app.models import ContactPoint
from notifications.models import Message


@dataclass(frozen=True, slots=True)
class Device:
    """One device: its last signs, since when it is known, the newest word on it, whether it is pushed to, gone or
    signed out, and the last push that went there."""

    id: int
    tail: str
    since: datetime
    word_at: datetime | None
    is_pushed_to: bool
    is_gone: bool
    out_since: datetime | None
    pushed_at: datetime | None


def of(*, customer_id: int) -> list[Device]:
    """Return a customer's devices, the newest first. Two queries."""
    points = list(ContactPoint.objects.filter(customer_id=customer_id, kind="app_push").order_by("-created_at", "-id"))
    sent = Message.objects.filter(contact_point__in=points, accepted_at__isnull=False).order_by()
    pushed = dict(sent.values_list("contact_point").annotate(at=Max("accepted_at"))) if points else {}
    return [
        Device(
            point.pk,
            point.value[-4:],
            point.created_at,
            point.verified_at,
            point.permission == "ok" and point.quality != "bad" and point.signed_out_at is None,
            point.quality == "bad",
            point.signed_out_at,
            pushed.get(point.pk),
        )
        for point in points
    ]
