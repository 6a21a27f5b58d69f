"""Twilio's reports: signed, of our own account, kept in whatever order they come."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory
from twilio.request_validator import RequestValidator

from collections_app.models import Alert
from notifications.models import Message, Receipt
from notifications.views.twilio import is_signed
from tests.conformance import published
from tests.notifications.conftest import TOKEN

VECTORS = published("twilio", "twilio_signature_vectors.json")


@pytest.mark.skipif(not VECTORS.exists(), reason="the published signature vectors are not on this machine")
def test_the_published_signatures_are_accepted_and_altered_ones_are_not(settings: Any) -> None:
    """For form posts, as Twilio's own tests have them, through the view's own check."""
    checked = 0
    for vector in json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]:
        if "params" not in vector or not vector["params"] or "bodySHA256" in vector["url"]:
            continue
        scheme, _, rest = vector["url"].partition("://")
        host, _, path = rest.partition("/")
        settings.PUBLIC_URL, settings.TWILIO_AUTH_TOKEN = f"{scheme}://{host}", vector["token"]
        for signature, good in ((vector["signature"], True), ("A" + vector["signature"][1:], False)):
            request = RequestFactory().post(
                f"/{path}", data=vector["params"], headers={"X-Twilio-Signature": signature}
            )
            assert is_signed(request) is good, vector["name"]
        checked += 1
    assert checked >= 3


def test_a_signed_report_moves_the_message(
    make_due_abroad: Callable, run: Callable, client: Client, settings: Any
) -> None:
    """Delivered, once; the repetition is kept and changes nothing."""
    message = _accepted(make_due_abroad, run)
    assert _report(client, settings, message, "delivered") == 204
    assert _report(client, settings, message, "delivered") == 204
    message.refresh_from_db()
    assert message.state == "delivered"
    assert list(Receipt.objects.values_list("report", "applied")) == [
        ("queued", True), ("delivered", True), ("delivered", False),
    ]  # fmt: skip


def test_an_unsigned_report_changes_nothing(
    make_due_abroad: Callable, run: Callable, client: Client, settings: Any
) -> None:
    """Forged, or signed with another token."""
    message = _accepted(make_due_abroad, run)
    assert _report(client, settings, message, "delivered", token="another") == 403
    message.refresh_from_db()
    assert message.state == "accepted"


def test_reports_of_another_account_late_and_of_no_message_change_nothing(
    make_due_abroad: Callable, run: Callable, client: Client, settings: Any
) -> None:
    """Told in order: refused, kept though it came late, kept though nobody knows its name; the end stays the end."""
    message = _accepted(make_due_abroad, run)
    assert _report(client, settings, message, "delivered", AccountSid="AC" + "9" * 32) == 403
    assert Receipt.objects.filter(report="delivered").count() == 0
    own = {"AccountSid": settings.TWILIO_ACCOUNT_SID}
    assert _report(client, settings, message, "delivered", **own) == 204
    for late in ("sent", "queued", "undelivered", "failed"):
        assert _report(client, settings, message, late, **own) == 204
    assert _report(client, settings, message, "undelivered", MessageSid="SM" + "0" * 32) == 204
    message.refresh_from_db()
    assert message.state == "delivered"
    assert Receipt.objects.filter(applied=True).values_list("report", flat=True)[1:].get() == "delivered"
    assert Alert.objects.filter(kind="receipts_contradict", resolved_at__isnull=True).exists()
    assert _report(client, settings, message, "delivered", MessageSid="SM" * 40) == 400


def test_a_report_without_a_status_is_bad(
    make_due_abroad: Callable, run: Callable, client: Client, settings: Any
) -> None:
    """It is told so, and nothing happens."""
    assert _report(client, settings, _accepted(make_due_abroad, run), "") == 400


def _accepted(make_due_abroad: Callable, run: Callable) -> Message:
    make_due_abroad()
    run()
    return Message.objects.get()


def _report(client: Client, settings: Any, message: Message, status: str, token: str = TOKEN, **more: str) -> int:
    path = f"/notifications/twilio/{message.attempt}/status/"
    fields = {"MessageSid": message.provider_id, "MessageStatus": status, "NewField": "ignored"} | more
    signature = RequestValidator(token).compute_signature(settings.PUBLIC_URL + path, fields)
    return client.post(path, fields, headers={"X-Twilio-Signature": signature}).status_code
