"""The stand-in for Twilio as the demo runs it: with the phone, with call-backs, and over a restart."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from notifications.management.commands import twilio_sandbox_server
from notifications.models import Message, Receipt, SandboxInbox
from notifications.providers.sandbox.inbox import NoSandboxError, deliver
from notifications.providers.twilio.provider import TwilioProvider
from notifications.providers.twilio.sandbox_server import Book, SandboxServer
from notifications.services import planning, sending
from tests import factories
from tests.notifications.conftest import ACCOUNT_SID, TOKEN


@pytest.mark.browser
def test_a_message_abroad_is_reported_as_delivered_by_call_back(
    live_url: str, twilio: SandboxServer, make_due_abroad: Callable, now: datetime
) -> None:
    """Over real HTTP in both directions: created, then called back with a signature that the view accepts."""
    make_due_abroad()
    planning.plan(on=now.date(), now=now)
    twilio.book.behaviour.call_back = True
    sending.send_due(now=now, worker="test")
    waiting = threading.Event()
    while not Receipt.objects.filter(report="delivered").exists():
        waiting.wait(0.05)  # the test's own time-out ends this
    message = Message.objects.get()
    assert message.state == "delivered", message.reason
    assert list(Receipt.objects.filter(applied=True).values_list("report", flat=True))[-1] == "delivered"


def test_there_is_no_stand_in_beside_real_customers(settings: Any, db: None) -> None:
    """Neither the server nor the phone."""
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="demo and tests"):
        call_command("twilio_sandbox_server", port=0)
    with pytest.raises(NoSandboxError):
        deliver(provider="twilio", provider_id="x", number="+1", shown="x", body="x", at=factories.START)


def test_a_restart_forgets_nothing(settings: Any, db: None, now: datetime) -> None:
    """What an earlier run took is still found: a provider that forgot would cause a second message."""
    settings.TWILIO_FROM = "+15005550006"
    deliver(provider="twilio", provider_id="SM" + "a" * 32, number="+819000001234", shown="hello", body="hello", at=now)
    book = Book(account=ACCOUNT_SID, token=TOKEN, now=lambda: now)
    twilio_sandbox_server._remember(book)
    [kept] = book.listed({"To": ["+819000001234"]})["messages"]
    assert (kept["sid"], kept["body"], kept["status"]) == ("SM" + "a" * 32, "hello", "delivered")
    assert SandboxInbox.objects.count() == 1


def test_a_message_is_shown_on_the_phone_once(db: None, now: datetime) -> None:
    """However often the stand-in hands it over."""
    for _ in range(2):
        deliver(provider="twilio", provider_id="SM1", number="+819000001234", shown="hello", body="hello", at=now)
    assert SandboxInbox.objects.get().body == "hello"


def test_a_call_back_without_a_message_is_no_report() -> None:
    """Nor one with a status too long to be one."""
    for fields in ({}, {"MessageSid": "SM1"}, {"MessageSid": "SM1", "MessageStatus": "x" * 25}):
        with pytest.raises(ValueError, match="no status"):
            TwilioProvider().parse_receipt(fields)
