"""Sending: the last look, the provider outside any transaction, and what a crash leaves behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from collections_app.domain.promises import Part
from collections_app.models import AccessLink, Account, Contact, Customer, Entry, Event, HandOff, Told
from collections_app.services import holds, payments, promises
from collections_app.services.records import Actor
from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, SandboxInbox, SenderState
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.services import claiming, planning, reconciling, senders, sending
from tests import factories


def test_a_due_bill_is_reminded_of_once(make_due: Callable, run: Callable) -> None:
    """The run of the day plans and sends one reminder; a second run adds nothing."""
    make_due()
    run()
    run()
    message = Message.objects.get()
    assert message.state == "delivered", message.reason
    shown = SandboxInbox.objects.get()
    assert shown.body.startswith("【示范银行】您尾号")
    assert "【" not in message.body
    assert Contact.objects.get().state == "made"


def test_the_way_in_remembers_the_number_it_went_to(make_due: Callable, run: Callable) -> None:
    """The link or code of a message belongs to the number that got it, and to no other."""
    customer, _ = make_due()
    customer.contact_points.update(quality="unknown")
    run()
    assert Message.objects.get().variant == "neutral"
    assert AccessLink.objects.get().contact_point == customer.contact_points.get()


def test_what_a_message_says_is_remembered_as_told(make_due: Callable, run: Callable) -> None:
    """Bill and minimum, in writing, with the day to pay by and the version it was written at."""
    customer, account = make_due()
    run()
    message = Message.objects.get()
    told = {row.amount_name: row for row in Told.objects.filter(customer=customer, medium="written")}
    assert {name: row.amount_fen for name, row in told.items()} == {
        "billed": account.billed_fen,
        "minimum_due": account.minimum_due_fen,
    }
    assert told["billed"].pay_by == account.due_on
    assert told["billed"].version == message.version == customer.version
    assert Event.objects.filter(customer=customer, kind="message.sent").count() == 1


def test_a_message_is_written_from_the_truth_of_its_instant(make_due: Callable, now: datetime) -> None:
    """A part payment between planning and sending is in the text."""
    customer, account = make_due()
    planning.plan(on=now.date(), now=now)
    _pay(account, 100_000, now)
    sending.send_due(now=now, worker="test")
    assert "账单2913.00元" in Message.objects.get(customer=customer).body


def test_a_payment_makes_the_planned_reminder_vanish(make_due: Callable, now: datetime) -> None:
    """Paid in full after planning: the worker cancels it with the reason, and the phone stays silent."""
    _, account = make_due()
    planning.plan(on=now.date(), now=now)
    _pay(account, account.payoff_fen, now)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get(kind="card_due")
    assert (message.state, message.reason) == ("cancelled", "paid")
    assert not SandboxInbox.objects.exists()
    assert not Contact.objects.exists()


def test_a_payment_on_its_way_silences_the_reminder(make_due: Callable, now: datetime) -> None:
    """Who has just sent money is not asked for it."""
    customer, account = make_due()
    planning.plan(on=now.date(), now=now)
    Entry.objects.create(
        account=account, customer=customer, kind="payment", state="in_flight", amount_fen=100, channel="app",
        reference="on-its-way", occurred_at=now, recorded_at=now,
    )  # fmt: skip
    sending.send_due(now=now, worker="test")
    assert Message.objects.get().reason == "payment_in_flight"


def test_a_hold_placed_after_planning_refuses_the_message(make_due: Callable, now: datetime) -> None:
    """The permit is asked for at the instant of sending and keeps its rule."""
    customer, account = make_due()
    planning.plan(on=now.date(), now=now)
    agent = factories.make_staff("service_agent")
    holds.place(
        customer_id=customer.pk, kind="fraud_claim", actor=Actor.of(agent), seen_version=None, now=now,
        account_id=account.pk,
    )  # fmt: skip
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("refused", "hold")
    assert not SandboxInbox.objects.exists()


def test_a_promise_taken_after_planning_silences_the_overdue_reminder(bank: None, now: datetime) -> None:
    """While a promise is pending nobody asks for the money."""
    customer, account = _newly_overdue()
    planning.plan(on=now.date(), now=now)
    agent = factories.make_staff("service_agent")
    promises.take(
        customer_id=customer.pk, account_id=account.pk, parts=[Part(now.date() + timedelta(days=2), 391_300)],
        actor=Actor.of(agent), seen_version=None, now=now,
    )  # fmt: skip
    sending.send_due(now=now, worker="test")
    assert Message.objects.get(kind="overdue_gentle").reason == "promise_pending"


def test_at_night_a_reminder_waits_for_the_morning(make_due: Callable, now: datetime) -> None:
    """Quiet hours put it off to eight o'clock, and then it goes out."""
    make_due()
    night = now.replace(hour=23, minute=30)
    planning.plan(on=now.date(), now=night)
    sending.send_due(now=night, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("deferred", "quiet_hours")
    morning = now + timedelta(hours=22)
    assert message.due_at == morning
    Customer.objects.update(data_as_of=now.date())
    Account.objects.update(data_as_of=now.date())
    sending.send_due(now=morning, worker="test")
    message.refresh_from_db()
    assert message.state == "delivered", message.reason


def test_a_message_that_is_too_late_is_cancelled(make_due: Callable, now: datetime) -> None:
    """A reminder of a day gone by is not sent when workers come back."""
    make_due()
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now + timedelta(days=5), worker="test")
    assert Message.objects.get().state == "cancelled"


def test_an_unverified_number_learns_nothing(make_due: Callable, run: Callable) -> None:
    """The neutral text with a code, without account or amount."""
    customer, account = make_due()
    customer.contact_points.update(quality="unknown")
    run()
    message = Message.objects.get()
    assert message.variant == "neutral"
    assert account.tail not in message.body
    assert message.said == []


def test_a_customer_without_a_number_is_refused_at_planning(make_due: Callable, run: Callable) -> None:
    """And says so in the outbox."""
    customer, _ = make_due()
    customer.contact_points.update(quality="bad")
    run()
    message = Message.objects.get()
    assert (message.state, message.reason) == ("refused", "no_contact_point")


def test_a_worker_killed_before_the_call_sends_nothing_twice(
    make_due: Callable, now: datetime, claim_of: Callable
) -> None:
    """Claimed, then dead: the lease ends, the provider is asked, and the message goes out once."""
    make_due()
    planning.plan(on=now.date(), now=now)
    assert len(claiming.claim(now=now, limit=10, worker="killed")) == 1
    assert claim_of(now) == []
    claim_of.recover(now)
    assert SandboxInbox.objects.count() == 1
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("delivered", 2)
    assert sorted(Contact.objects.values_list("state", flat=True)) == ["failed", "made"]


def test_a_worker_killed_after_the_call_sends_nothing_twice(
    make_due: Callable, now: datetime, claim_of: Callable
) -> None:
    """Sent, then dead before recording: the message is found at the provider and adopted."""
    make_due()
    planning.plan(on=now.date(), now=now)
    claimed = claiming.claim(now=now, limit=10, worker="killed")
    SandboxProvider().send(claimed[0].outgoing, now=now)
    claim_of.recover(now)
    assert SandboxInbox.objects.count() == 1
    message = Message.objects.get()
    assert (message.state, message.attempts) == ("delivered", 1)
    assert message.provider_id == SandboxInbox.objects.get().provider_id


def test_an_unknown_outcome_counts_as_a_contact(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is known the message uses up the customer's budget and is not tried again."""
    make_due()
    planning.plan(on=now.date(), now=now)
    monkeypatch.setattr(SandboxProvider, "send", lambda *args, **kwargs: Outcome(Result.UNKNOWN, error_code="timeout"))
    sending.send_due(now=now, worker="test")
    assert Message.objects.get().state == "unknown"
    assert Contact.objects.get().state == "unknown"
    assert sending.send_due(now=now + timedelta(minutes=1), worker="test").results == {}


def test_code_of_a_provider_that_fails_leaves_the_outcome_unknown(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can say how far it came, so it is not called a failure."""

    def crash(*args: object, **kwargs: object) -> Outcome:
        raise KeyError("a bug")

    make_due()
    planning.plan(on=now.date(), now=now)
    monkeypatch.setattr(SandboxProvider, "send", crash)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("unknown", "crashed")


def test_a_sender_that_refuses_everything_is_stopped(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing more is tried and nothing is lost: staff are alerted, and after the repair all goes out."""
    for _ in range(3):
        make_due()
    planning.plan(on=now.date(), now=now)
    calls = []

    def refuse(self: object, outgoing: object, *, now: datetime) -> Outcome:
        calls.append(outgoing)
        return Outcome(Result.STOPPED, error_code="20003")

    with monkeypatch.context() as patched:
        patched.setattr(SandboxProvider, "send", refuse)
        sending.send_due(now=now, worker="test")
        sending.send_due(now=now + timedelta(minutes=1), worker="test")
    assert len(calls) == 1
    assert SenderState.objects.get().stopped
    assert set(Message.objects.values_list("state", flat=True)) == {"due"}
    senders.resume(provider="sandbox", by=factories.make_staff("administrator"), now=now)
    sending.send_due(now=now + timedelta(minutes=2), worker="test")
    assert SandboxInbox.objects.count() == 3


def test_evidence_of_a_sent_message_cannot_be_changed(make_due: Callable, run: Callable) -> None:
    """Body, number and the provider's name are fixed by the database once it has gone out."""
    from django.db.utils import InternalError, ProgrammingError

    make_due()
    run()
    message = Message.objects.get()
    for change in ({"body": "another text"}, {"number": "+8610000000000"}, {"provider_id": "other"}):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**change)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state="due")


def test_the_last_look_costs_the_same_for_ten_and_for_fifty(
    make_due: Callable, now: datetime, count_queries: Callable
) -> None:
    """One claim of many messages is a fixed number of queries."""
    for _ in range(10):
        make_due()
    planning.plan(on=now.date(), now=now)
    few = count_queries(lambda: claiming.claim(now=now, limit=500, worker="few"))
    for _ in range(50):
        make_due()
    planning.plan(on=now.date(), now=now)
    many = count_queries(lambda: claiming.claim(now=now, limit=500, worker="many"))
    assert Message.objects.filter(worker="many", state="claimed").count() == 50
    assert many == few


def _pay(account: Account, fen: int, now: datetime) -> None:
    payments.record_received(
        account_id=account.pk,
        amount_fen=fen,
        channel="app",
        reference=f"pay-{account.pk}-{fen}",
        occurred_at=now,
        now=now,
    )


def _newly_overdue():  # type: ignore[no-untyped-def]  # the pair of factories.make_debtor
    """A debtor whose days of grace ended yesterday."""
    return factories.make_debtor(
        account={"overdue_since": factories.TODAY - timedelta(days=3), "due_on": factories.TODAY - timedelta(days=4)}
    )


def test_what_was_sent_again_and_never_found_waits_for_a_person(
    make_due: Callable, run: Callable, now: datetime, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both buttons, with the reason on the record; sent again only under a permit asked for anew."""
    silent = Outcome(Result.UNKNOWN, error_code="timeout")
    monkeypatch.setattr(SandboxProvider, "send", lambda self, outgoing, *, now: silent)
    customer, _ = make_due()
    run()
    for minutes in (20, 40):
        reconciling.reconcile(now=now + timedelta(minutes=minutes))
        sending.send_due(now=now + timedelta(minutes=minutes), worker="again")
    reconciling.reconcile(now=now + timedelta(minutes=60))
    reconciling.reconcile(now=now + timedelta(minutes=61))
    message = Message.objects.get()
    assert (message.state, message.reason, message.attempts) == ("unknown", "undecided", 2)
    assert HandOff.objects.filter(kind="other").count() == 1
    client.force_login(factories.make_staff("supervisor", branch=customer.branch))
    address = f"/notifications/outbox/{message.pk}/"
    assert 'name="decision"' in client.get(address).content.decode()
    assert client.post(address, {"decision": "resend", "reason": ""}).status_code == 409
    assert client.post(address, {"decision": "resend", "reason": "asked the customer"}).status_code == 302
    message.refresh_from_db()
    assert message.state == "due"
    assert Event.objects.get(kind="message.decided").text_row.text == "asked the customer"
    assert client.post(address, {"decision": "leave", "reason": "x"}).status_code == 409
