"""How a customer wants to be spoken to: the language, and whether by SMS."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from collections_app.domain.contact_points import UNUSABLE
from collections_app.models import ContactPoint, Customer
from collections_app.services import contact_points, derivation, records
from collections_app.services.errors import RefusedError

# A permission that says more than "no SMS" is not the customer's page's to lift.
_SMS_CHOICES = frozenset({"ok", "no_sms"})


@transaction.atomic(durable=True)
def choose(*, customer_id: int, language: str, sms_allowed: bool, actor: records.Actor, now: datetime) -> Customer:
    """Record a customer's language and whether their own mobile numbers may get SMS.

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
