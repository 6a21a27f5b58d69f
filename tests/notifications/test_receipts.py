"""Receipts: in any order, repeated, contradicting, or before the answer."""

from collections.abc import Callable
from datetime import datetime
from itertools import permutations

import pytest

from collections_app.models import Alert, Contact, Event, LimitationEvent
from notifications.domain.kinds import is_demand
from notifications.domain.outcomes import Report
from notifications.models import Message, Receipt
from notifications.providers.twilio.sandbox_server import SandboxServer
from notifications.services import claiming, demands, planning, receipts, reconciling, sending


@pytest.fixture
def accepted(make_due_abroad: Callable, run: Callable) -> Message:
    """A message Twilio has queued."""
    make_due_abroad()
    run()
    return Message.objects.get()


def _receive(message: Message, report: str, now: datetime, provider_id: str = "") -> bool:
    return receipts.receive(
        provider_code="twilio",
        report=Report(provider_id or message.provider_id, report),
        attempt=str(message.attempt),
        now=now,
    )


@pytest.mark.parametrize("order", list(permutations(["sending", "sent", "delivered"])))
def test_reports_in_any_order_end_the_same(accepted: Message, now: datetime, order: tuple[str, ...]) -> None:
    """All are kept; the furthest along decides."""
    for report in order:
        _receive(accepted, report, now)
    accepted.refresh_from_db()
    assert accepted.state == "delivered"
    assert Receipt.objects.filter(message=accepted).count() == 4
    assert Event.objects.filter(kind="message.sent").count() == 1


def test_of_two_endings_the_first_stays_and_staff_are_told(accepted: Message, now: datetime) -> None:
    """Delivered and then failed: somebody has to look."""
    assert _receive(accepted, "delivered", now)
    assert not _receive(accepted, "failed", now)
    accepted.refresh_from_db()
    assert accepted.state == "delivered"
    assert Alert.objects.get().kind == "sends_unknown"


def test_a_message_that_does_not_arrive_is_a_failure_on_the_record(accepted: Message, now: datetime) -> None:
    """It stays a contact, for it may have rung."""
    assert _receive(accepted, "undelivered", now)
    accepted.refresh_from_db()
    assert (accepted.state, accepted.reason) == ("undelivered", "not_delivered")
    assert Event.objects.filter(kind="message.failed").count() == 1
    assert Contact.objects.get().state == "made"


def test_a_report_nobody_knows_is_kept(accepted: Message, now: datetime) -> None:
    """A new status of the provider changes nothing."""
    assert not _receive(accepted, "teleported", now)
    assert Receipt.objects.filter(report="teleported", applied=False).exists()


def test_a_report_on_nobodys_message_is_kept(db: None, now: datetime) -> None:
    """It may explain something later."""
    assert not receipts.receive(provider_code="twilio", report=Report("SM404", "sent"), attempt="nonsense", now=now)
    assert Receipt.objects.get().message is None


def test_a_second_name_under_one_attempt_raises_an_alert(accepted: Message, now: datetime) -> None:
    """Two messages for one attempt is what must never happen."""
    assert not _receive(accepted, "delivered", now, provider_id="SM" + "f" * 32)
    accepted.refresh_from_db()
    assert accepted.state == "accepted"
    assert Alert.objects.filter(kind="sends_unknown").exists()


def test_a_receipt_before_the_answer_is_the_answer(
    make_due_abroad: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """The message is bound to its name by the attempt; the late answer changes nothing."""
    make_due_abroad()
    planning.plan(on=now.date(), now=now)
    [claimed] = claiming.claim(now=now, limit=1, worker="test")
    message = Message.objects.get()
    assert _receive(message, "delivered", now, provider_id="SM" + "a" * 32)
    from notifications.domain.outcomes import Outcome, Result

    answer = Outcome(Result.ACCEPTED, provider_id="SM" + "a" * 32, report="queued")
    sending.record(answers=[(claimed, answer)], worker="test", now=now)
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", "SM" + "a" * 32)
    assert Event.objects.filter(kind="message.sent").count() == 1
    assert Contact.objects.get().state == "made"


def test_when_no_receipt_comes_the_provider_is_asked(accepted: Message, twilio: SandboxServer, now: datetime) -> None:
    """The call-back was lost; the state is fetched."""
    from datetime import timedelta

    twilio.book.advance(accepted.provider_id, "delivered")
    assert reconciling.ask_for_receipts(now=now + timedelta(minutes=1)) == 0
    assert reconciling.ask_for_receipts(now=now + timedelta(minutes=3)) == 1
    accepted.refresh_from_db()
    assert accepted.state == "delivered"


def test_receipts_cannot_be_altered(accepted: Message) -> None:
    """They are evidence."""
    from django.db import transaction
    from django.db.utils import InternalError, ProgrammingError

    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Receipt.objects.update(report="delivered")


@pytest.mark.parametrize(
    ("kind", "variant", "provenance", "number"),
    [
        ("overdue_gentle", "explicit", "on_file", 1),
        ("promise_broken", "link", "verified_change", 1),
        ("overdue_gentle", "neutral", "on_file", 0),
        ("overdue_gentle", "explicit", "contact_given", 0),
        ("payment_received", "explicit", "on_file", 0),
    ],
)
def test_a_demand_that_arrived_interrupts_limitation_once(
    accepted: Message, now: datetime, kind: str, variant: str, provenance: str, number: int
) -> None:
    """At the number on file, and only when it says what is owed; a neutral text claims nothing."""
    given = {"kind": kind, "variant": variant, "number_provenance": provenance}
    message = Message(pk=accepted.pk, customer=accepted.customer, state="delivered", account=accepted.account, **given)
    for _again in range(2):
        demands.arrived_within(customer=accepted.customer, message=message, now=now)
    assert LimitationEvent.objects.filter(source=f"message:{accepted.pk}", kind="demand").count() == number


def test_the_receipt_of_a_reminder_is_its_evidence(accepted: Message, now: datetime) -> None:
    """Sent is not arrived; delivered is."""
    rows = LimitationEvent.objects.filter(source=f"message:{accepted.pk}")
    _receive(accepted, "sent", now)
    assert not rows.exists()
    accepted.refresh_from_db()
    _receive(accepted, "delivered", now)
    expected = is_demand(kind=accepted.kind, variant=accepted.variant, provenance=accepted.number_provenance)
    assert rows.exists() is expected
