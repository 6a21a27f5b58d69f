"""When and how a customer has answered before: what is computed of it at night."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from collections_app.models import AccessSession
from notifications.models import CustomerFeatures, Message, Reply
from notifications.services.targeting import features
from tests import factories

TODAY = factories.TODAY


def test_replies_and_visits_after_a_message_are_answers_too(make_due: Callable[..., Any], now: datetime) -> None:
    """By hour and channel; nobody's wrong number, and no visit that no message brought."""
    customer, account = make_due()
    other, _ = make_due()
    for hours, intent in ((0, "paid"), (24, "paid"), (24 * 3 + 5, "wrong_number")):
        Reply.objects.create(
            customer=customer, provider="sandbox", provider_id=f"r{hours}", number_token="t", intent=intent,
            confidence=99, received_at=now - timedelta(hours=hours),
        )  # fmt: skip
    features.compute(on=TODAY, now=now)
    seen = CustomerFeatures.objects.get(customer=customer)
    assert (seen.answer_hour, seen.answer_channel) == (10, "sms")
    for days in (1, 2, 3):
        at = now.replace(hour=20) - timedelta(days=days)
        Message.objects.create(
            customer=customer, account=account, kind="card_due", purpose="due_notice", channel="app",
            about_on=at.date(), state="delivered", planned_at=at, due_at=at, expires_at=now, provider="bank_app",
            accepted_at=at - timedelta(hours=3), reference=f"{days}", claimed_at=at,
        )  # fmt: skip
        for who in (customer, other):
            AccessSession.objects.create(
                customer=who, secret_hash=f"{who.pk}-{days}", opened_at=at, last_used_at=at, expires_at=at
            )
    features.compute(on=TODAY + timedelta(days=1), now=now + timedelta(days=1))
    seen.refresh_from_db()
    assert (seen.answer_hour, seen.answer_channel) == (20, "app")
    assert CustomerFeatures.objects.get(customer=other).answer_hour is None
