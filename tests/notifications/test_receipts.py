"""Receipts: in any order, repeated, contradicting, or before the answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from collections_app.models import Alert, Contact, Event, LimitationEvent
from notifications.domain.kinds import is_demand
from notifications.domain.outcomes import ErrorClass, Outcome, Report, Result
from notifications.models import Message, Receipt
from notifications.providers.base import Outgoing
from notifications.providers.twilio.provider import TwilioProvider
from notifications.providers.twilio.sandbox_server import SandboxServer
from notifications.services import claiming, demands, planning, receipts, reconciling, sending
from notifications.services.writing import Claimed
from tests import factories


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
    assert Alert.objects.get().kind == "receipts_contradict"
    reconciling.reconcile(now=now)
    assert Alert.objects.get().resolved_at is None, "it ends when somebody has looked"


def test_a_message_that_does_not_arrive_is_a_failure_on_the_record(accepted: Message, now: datetime) -> None:
    """It stays a contact, for it may have rung."""
    assert _receive(accepted, "undelivered", now)
    accepted.refresh_from_db()
    assert (accepted.state, accepted.reason) == ("undelivered", "not_delivered")
    assert Event.objects.filter(kind="message.failed").count() == 1
    assert Contact.objects.get().state == "made"


@pytest.mark.parametrize("reached", [True, False])
def test_what_a_landline_cannot_take_goes_on_by_the_next_channel_once(
    accepted: Message, now: datetime, reached: bool
) -> None:
    """Reported after it was taken; where nothing else reaches the customer, nothing more is queued."""
    if reached:
        factories.make_mobile(accepted.customer, "chen@mail.example", kind="email")
    report = Report(accepted.provider_id, "undelivered", "30006", ErrorClass.LANDLINE)
    for _again in range(2):
        receipts.receive(provider_code="twilio", report=report, attempt=str(accepted.attempt), now=now)
    assert accepted.customer.contact_points.filter(permission="no_sms").exists()
    again = Message.objects.exclude(pk=accepted.pk)
    assert list(again.values_list("by_channels", "reference")) == ([("app,email", ":sms")] if reached else [])
    if reached:
        accepted.customer.contact_points.filter(kind="email").update(quality="bad")
        sending.send_due(now=now, worker="test")
        assert again.get().reason == "no_contact_point", "nobody has stopped anything"


def test_what_is_found_undelivered_goes_on_by_the_next_channel(
    make_due_abroad: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer was lost; asked for, the provider says that a landline cannot take it."""
    customer, _account = make_due_abroad()
    factories.make_mobile(customer, "chen@mail.example", kind="email")
    planning.plan(on=now.date(), now=now)
    claiming.claim(now=now, limit=1, worker="killed")
    reconciling.expire_leases(now=now + timedelta(minutes=6))
    found = Report("SM" + "a" * 32, "undelivered", "30006", ErrorClass.LANDLINE)
    monkeypatch.setattr(TwilioProvider, "find", lambda self, search: found)
    assert reconciling.reconcile(now=now + timedelta(minutes=8)) == 1
    rows = Message.objects.order_by("pk").values_list("state", "by_channels")
    assert list(rows) == [("undelivered", ""), ("due", "app,email")]


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
    assert Alert.objects.filter(kind="receipts_contradict").exists()


def test_a_receipt_before_the_answer_is_the_answer(
    make_due_abroad: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """The message is bound to its name by the attempt; the late answer changes nothing."""
    make_due_abroad()
    planning.plan(on=now.date(), now=now)
    [claimed] = claiming.claim(now=now, limit=1, worker="test")
    message = Message.objects.get()
    assert _receive(message, "delivered", now, provider_id="SM" + "a" * 32)
    answer = Outcome(Result.ACCEPTED, provider_id="SM" + "a" * 32, report="queued")
    sending.record(answers=[(claimed, answer)], worker="test", now=now)
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", "SM" + "a" * 32)
    assert Event.objects.filter(kind="message.sent").count() == 1
    assert Contact.objects.get().state == "made"


@pytest.fixture
def put_back(make_due_abroad: Callable, now: datetime) -> Message:
    """A message whose worker died, that Twilio then did not list, and that waits to go out again."""
    make_due_abroad()
    planning.plan(on=now.date(), now=now)
    assert claiming.claim(now=now, limit=1, worker="killed")
    reconciling.expire_leases(now=now + timedelta(minutes=6))
    reconciling.reconcile(now=now + timedelta(minutes=12))
    message = Message.objects.get()
    assert (message.state, message.reason) == ("due", "never_taken")
    return message


@pytest.mark.parametrize("state", ["due", "deferred", "failed_transient", "cancelled", "refused"])
def test_a_receipt_that_comes_late_is_believed_before_the_message_goes_out_again(
    put_back: Message, twilio: SandboxServer, now: datetime, state: str
) -> None:
    """Twilio had it after all: it is on the phone once, told, and counted, wherever it was by then."""
    later = now + timedelta(minutes=20)
    if state == "failed_transient":
        claiming.claim(now=later, limit=1, worker="again")
    Message.objects.exclude(state=state).update(state=state)
    assert _receive(put_back, "delivered", later, provider_id="SM" + "b" * 32)
    sending.send_due(now=later, worker="again")
    put_back.refresh_from_db()
    assert (put_back.state, put_back.provider_id) == ("delivered", "SM" + "b" * 32)
    assert not twilio.book.messages
    assert Contact.objects.filter(state="made").count() == 1


@pytest.mark.parametrize("by_answer", [False, True])
def test_what_was_planned_anew_is_cancelled_when_the_first_went_out_after_all(
    put_back: Message, now: datetime, by_answer: bool
) -> None:
    """The first was let go and a second round waits: late proof of the first leaves one text on the phone."""
    later = now + timedelta(minutes=20)
    answer = Outcome(Result.ACCEPTED, provider_id="SM" + "b" * 32, report="queued")
    Message.objects.update(state="cancelled", reason="paid")
    again = Message.objects.get()
    again.pk, again.attempt, again.round, again.state, again.contact = None, uuid4(), again.round + 1, "planned", None
    again.save(force_insert=True)
    if by_answer:
        outgoing = Outgoing(str(put_back.attempt), put_back.number, put_back.body, "")
        claimed = Claimed(put_back.pk, "twilio", outgoing, later)
        sending.record(answers=[(claimed, answer)], worker="killed", now=later)
    else:
        assert _receive(put_back, "queued", later, provider_id=answer.provider_id)
    found = list(Message.objects.order_by("round").values_list("state", "reason"))
    assert found == [("accepted", ""), ("cancelled", "went_out_before")]


def test_a_message_that_was_never_handed_over_has_no_receipt(
    make_due_abroad: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """Whoever reports one is kept, and changes nothing."""
    make_due_abroad()
    planning.plan(on=now.date(), now=now)
    message = Message.objects.get()
    Message.objects.update(state="due")
    assert not _receive(message, "delivered", now, provider_id="SM" + "b" * 32)
    message.refresh_from_db()
    assert message.state == "due"


def test_an_answer_that_comes_late_is_believed_and_a_second_one_is_looked_into(
    make_due_abroad: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """A worker that slept for minutes knows what Twilio said; of two names under one attempt somebody is told."""
    make_due_abroad()
    planning.plan(on=now.date(), now=now)
    [claimed] = claiming.claim(now=now, limit=1, worker="asleep")
    reconciling.expire_leases(now=now + timedelta(minutes=6))
    reconciling.reconcile(now=now + timedelta(minutes=12))
    first, second = (Outcome(Result.ACCEPTED, provider_id="SM" + name * 32, report="queued") for name in "ab")
    sending.record(answers=[(claimed, first)], worker="asleep", now=now + timedelta(minutes=13))
    message = Message.objects.get()
    assert (message.state, message.provider_id) == ("accepted", "SM" + "a" * 32)
    assert sending.send_due(now=now + timedelta(minutes=14), worker="again").results == {}
    sending.record(answers=[(claimed, first)], worker="asleep", now=now + timedelta(minutes=15))
    assert not Alert.objects.filter(kind="receipts_contradict").exists()
    sending.record(answers=[(claimed, second)], worker="again", now=now + timedelta(minutes=15))
    assert Alert.objects.get(kind="receipts_contradict").detail == {"contradiction": "SM" + "b" * 32}


def test_a_late_answer_is_booked_under_the_provider_that_gave_it(make_due_abroad: Callable, now: datetime) -> None:
    """Another worker has claimed the message for another provider since, and nobody knows what came of that either."""
    make_due_abroad()
    planning.plan(on=now.date(), now=now)
    [claimed] = claiming.claim(now=now, limit=1, worker="asleep")
    Message.objects.update(provider="sandbox", worker="again", attempts=2)
    reconciling.expire_leases(now=now + timedelta(minutes=6))
    answer = Outcome(Result.ACCEPTED, provider_id="SM" + "a" * 32, report="queued")
    sending.record(answers=[(claimed, answer)], worker="asleep", now=now + timedelta(minutes=7))
    message = Message.objects.get()
    assert (message.state, message.provider, message.provider_id) == ("accepted", "twilio", "SM" + "a" * 32)
    assert Receipt.objects.get().provider == "twilio"


def test_what_another_way_could_not_show_does_not_end_a_message_on_its_new_one(
    accepted: Message, now: datetime
) -> None:
    """A push that was refused goes on as a text; the gateway's late word on the push is kept and no more."""
    report = Report(str(accepted.attempt), "undelivered")
    attempt = str(accepted.attempt)
    assert not receipts.receive(provider_code="bank_app", report=report, attempt=attempt, now=now)
    accepted.refresh_from_db()
    assert accepted.state == "accepted"
    assert not Alert.objects.exists()
    shown = Report(str(accepted.attempt), "delivered")
    receipts.receive(provider_code="bank_app", report=shown, attempt=attempt, now=now)
    assert Alert.objects.filter(kind="receipts_contradict").exists(), "shown and texted: twice"


def test_when_no_receipt_comes_the_provider_is_asked(accepted: Message, twilio: SandboxServer, now: datetime) -> None:
    """The call-back was lost; the state is fetched."""
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
