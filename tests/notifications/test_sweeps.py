"""Sweeps: every message has its turn, and nothing that fails keeps back the others."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, Receipt, SenderShift, SenderState
from notifications.providers.base import CannotTellError, Outgoing, Search
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.providers.twilio.sandbox_server import SandboxServer
from notifications.services import planning, reconciling, sending
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
