"""Sweeps: every message has its turn, and nothing that fails keeps back the others."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, Receipt, SenderShift, SenderState
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.providers.twilio.provider import TwilioProvider
from notifications.providers.twilio.sandbox_server import SandboxServer
from notifications.services import planning, reconciling, sending, serving
from notifications.tasks import sweeping


def test_who_never_gets_a_receipt_keeps_nobody_elses_turn(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """The first two are asked for once and then less and less often; the third has its turn, and no answer is kept
    that says nothing new."""
    for _ in range(3):
        make_due_abroad()
    run()
    last = Message.objects.latest("pk")
    twilio.book.advance(last.provider_id, "delivered")
    kept = Receipt.objects.count()
    late = now + timedelta(minutes=3)
    assert [reconciling.ask_for_receipts(now=late, limit=1) for _ in range(4)] == [0, 0, 1, 0]
    last.refresh_from_db()
    assert last.state == "delivered"
    assert Receipt.objects.count() == kept + 1
    first = Message.objects.earliest("pk")
    assert first.ask_at is not None
    assert timedelta(minutes=2) < first.ask_at - late <= timedelta(minutes=3), "after as long as it has waited"
    Message.objects.update(ask_at=late)
    reconciling.ask_for_receipts(now=now + timedelta(hours=13))
    assert Message.objects.filter(state="accepted", ask_at__isnull=False).exists(), "once more when its day ends"
    reconciling.ask_for_receipts(now=now + timedelta(hours=25))
    assert not Message.objects.filter(state="accepted", ask_at__isnull=False).exists(), "after a day nobody asks"


def test_what_a_sender_of_the_release_before_accepted_is_asked_for(
    make_due_abroad: Callable, run: Callable, twilio: SandboxServer, now: datetime
) -> None:
    """It gave no turn; within a day of its acceptance the message gets one, later nobody asks."""
    make_due_abroad()
    run()
    twilio.book.advance(Message.objects.get().provider_id, "delivered")
    Message.objects.update(ask_at=None)
    asked = [timedelta(minutes=1), timedelta(hours=25), timedelta(minutes=3)]
    assert [reconciling.ask_for_receipts(now=now + after) for after in asked] == [0, 0, 1]


def test_a_mail_server_is_not_asked(make_due: Callable, now: datetime) -> None:
    """It keeps no list: what it took stays sent, and costs no sweep anything."""
    customer, _ = make_due()
    customer.contact_points.update(kind="email", value="chen@mail.example")
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.state, message.ask_at) == ("sent", None)


def test_those_left_to_a_person_and_those_nobody_can_read_keep_no_other_back(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three unknown ones one waits for a person and one breaks the provider's code; the third is found."""
    for _ in range(3):
        make_due()
    planning.plan(on=now.date(), now=now)
    find, send = SandboxProvider.find, SandboxProvider.send

    def silent(self: SandboxProvider, outgoing: Outgoing, *, now: datetime) -> Outcome:
        send(self, outgoing, now=now)
        return Outcome(Result.UNKNOWN, error_code="timeout")

    monkeypatch.setattr(SandboxProvider, "send", silent)
    sending.send_due(now=now, worker="test")
    first, second, _third = Message.objects.order_by("pk")
    Message.objects.filter(pk=first.pk).update(reason="undecided")

    def looked(self: SandboxProvider, search: Search) -> Any:
        if search.to == second.number:
            raise KeyError("a bug")
        return find(self, search)

    monkeypatch.setattr(SandboxProvider, "find", looked)
    assert reconciling.reconcile(now=now + timedelta(minutes=5), limit=2) == 1
    states = list(Message.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["unknown", "unknown", "delivered"]


def test_a_provider_that_cannot_tell_is_asked_once_and_keeps_back_no_other(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three unknown ones of a provider that hangs came before one of another: that is found, for receipts as well."""
    for _ in range(4):
        make_due()
    planning.plan(on=now.date(), now=now)
    send = SandboxProvider.send

    def silent(self: SandboxProvider, outgoing: Outgoing, *, now: datetime) -> Outcome:
        send(self, outgoing, now=now)
        return Outcome(Result.UNKNOWN, error_code="timeout")

    monkeypatch.setattr(SandboxProvider, "send", silent)
    sending.send_due(now=now, worker="test")
    last = Message.objects.latest("pk")
    Message.objects.exclude(pk=last.pk).update(provider="twilio")
    asked = []

    def hang(self: TwilioProvider, search: Search) -> None:
        asked.append(search)
        raise CannotTellError("a time-out")

    monkeypatch.setattr(TwilioProvider, "find", hang)
    assert reconciling.reconcile(now=now + timedelta(minutes=5), limit=2) == 1
    last.refresh_from_db()
    assert (len(asked), last.state) == (1, "delivered")
    Message.objects.filter(provider="twilio").update(state="accepted", accepted_at=now, ask_at=now)
    assert reconciling.ask_for_receipts(now=now + timedelta(minutes=5)) == 0
    assert len(asked) == 2
    assert Message.objects.filter(ask_at=now).count() == 2, "these keep their turn for the next run"


@pytest.mark.django_db(transaction=True)
def test_no_sweep_begins_while_another_lasts(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that hangs would fill the workers with sweeps, and nothing would be sent."""
    swept: list[datetime] = []
    monkeypatch.setattr(sweeping, "_sweep", swept.append)
    held, done = threading.Event(), threading.Event()

    def sweep() -> None:
        with serving.only_sweep() as mine:
            assert mine
            held.set()
            done.wait(timeout=20)
        connection.close()

    thread = threading.Thread(target=sweep)
    thread.start()
    assert held.wait(timeout=20)
    sweeping.sweep_messages()
    assert swept == []
    done.set()
    thread.join(timeout=20)
    sweeping.sweep_messages()
    assert len(swept) == 1


def test_a_sweep_that_fails_keeps_back_none_of_the_others(
    db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was avoided is used again although nobody could be asked; the failure is told all the same."""
    SenderState.objects.create(provider="sandbox", since=now, avoided_until=now - timedelta(days=400))

    def fail(*, now: datetime) -> int:
        raise CannotTellError("a bug")

    fail.__name__ = "fail"
    for module, name in ((reconciling, "expire_leases"), (reconciling, "reconcile")):
        monkeypatch.setattr(module, name, fail)
    with pytest.raises(CannotTellError):
        sweeping.sweep_messages()
    assert SenderShift.objects.filter(change="rested").exists()
