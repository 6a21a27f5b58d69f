"""How a customer wants to be spoken to: the language, and whether by SMS."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.holds import HoldKind
from collections_app.domain.purposes import Channel
from collections_app.models import ContactPoint, Customer, Hold
from collections_app.services import contact_points, derivation, holds, records
from collections_app.services.errors import RefusedError

# A permission that says more than "no SMS" is not the customer's page's to lift.
_SMS_CHOICES = frozenset({"ok", "no_sms"})


@transaction.atomic(durable=True)
def choose(*, customer_id: int, language: str, sms_allowed: bool, actor: records.Actor, now: datetime) -> Customer:
    """Record a customer's language and whether they may get SMS, at whatever number the bank has now or later.

    One-time codes and receipts they cause themselves still come by SMS. Raise RefusedError for a language the
    bank does not write.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    if language not in dict(settings.LANGUAGES):
        raise RefusedError("no_such_language")
    if customer.language != language:
        customer.language = language
        customer.save(update_fields=["language"])
    allow_sms_within(customer=customer, allowed=sms_allowed, actor=actor, now=now)
    _stop_sms_within(customer=customer, stopped=not sms_allowed, actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return customer


def allow_sms_within(*, customer: Customer, allowed: bool, actor: records.Actor, now: datetime) -> None:
    """Let the customer's own mobile numbers get SMS, or not; on a record the caller has locked, who derives."""
    wanted = "ok" if allowed else "no_sms"
    own = ContactPoint.objects.filter(customer=customer, kind="mobile", relation="self", permission__in=_SMS_CHOICES)
    for point in own.exclude(permission=wanted).exclude(quality__in=UNUSABLE):
        contact_points.judge_within(
            customer=customer, contact_point=point, quality="", permission=wanted, actor=actor, now=now
        )


def _stop_sms_within(*, customer: Customer, stopped: bool, actor: records.Actor, now: datetime) -> None:
    """Stop SMS by a hold, or end what stops all of it: a permission goes with its number, and the next has its own."""
    in_force = Hold.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), customer=customer, kind=HoldKind.CHANNEL_STOP,
        channel=Channel.SMS, message_class="", released_at__isnull=True,
    )  # fmt: skip
    if stopped and not in_force.exists():
        holds.place_within(
            customer=customer,
            kind=HoldKind.CHANNEL_STOP,
            actor=actor,
            now=now,
            channel=Channel.SMS,
            source=f"customer:{customer.pk}:{Channel.SMS}",
        )
    for hold in () if stopped else in_force:
        holds.release_within(customer=customer, hold=hold, reason="customer_allows", actor=actor, now=now)
