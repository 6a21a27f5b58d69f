"""What one message, one number or one provider that fails must not hold up: all the others."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, transaction

from collections_app.models import AccessLink, Account, Alert, Contact, Event, HandOff
from collections_app.selectors.access import still_open
from collections_app.services import access, records
from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, SandboxInbox
from notifications.providers.base import Outgoing
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.services import claiming, messages, planning, senders, sending
from tests import factories


def test_what_outlives_a_closed_account_goes_out_and_stops_nobody(
    bank: None, make_due: Callable, now: datetime
) -> None:
    """Warnings, receipts and what is called off of an account the core has closed, beside a reminder of an open one."""
    words = {"org": "银行业纠纷调解中心", "meeting": "11月26日14:30", "assignee": "示范资产管理公司"}
    kinds = ("security_advice", "assignment_notice", "mediation_cancelled", "negotiation_cancelled", "paid_up")
    for kind in kinds:
        customer, account = factories.make_debtor()
        with transaction.atomic():
            locked = records.lock(customer_id=customer.pk, now=now)
            messages.enqueue_within(customer=locked, kind=kind, account=account, now=now, payload=words)
        Account.objects.filter(pk=account.pk).update(closed_in_core=True, core_overdue_fen=0, payoff_fen=0)
    make_due()
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now, worker="test")
    ends = dict(Message.objects.values_list("kind", "state"))
    assert ends == dict.fromkeys((*kinds, "card_due"), "delivered"), Message.objects.values_list("kind", "reason")


def test_an_error_nobody_foresaw_keeps_back_its_own_message_alone(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """The facts of one of five raise: the others go out, it waits with an alert, and is refused for that in the end.
    An error of the database is nobody's fault: everything stays as it was."""
    culprit = [make_due()[0] for _ in range(5)][2]
    planning.plan(on=now.date(), now=now)
    facts_of = claiming.facts_of

    def facts(found: list[Message], **values: Any) -> Any:
        if any(message.customer_id == culprit.pk for message in found):
            raise KeyError("a bug")
        return facts_of(found, **values)

    with monkeypatch.context() as faltering:
        faltering.setattr(claiming, "facts_of", Mock(side_effect=OperationalError("a deadlock")))
        with pytest.raises(OperationalError):
            sending.send_due(now=now, worker="test")
    assert set(Message.objects.values_list("state", flat=True)) == {"planned"}
    monkeypatch.setattr(claiming, "facts_of", facts)
    with django_capture_on_commit_callbacks(execute=True):
        sending.send_due(now=now, worker="test")
    assert SandboxInbox.objects.count() == 4
    assert Alert.objects.get(kind="messages_unjudged").detail["messages"] == 1
    message = Message.objects.get(customer=culprit)
    assert (message.state, message.reason) == ("deferred", "could_not_be_judged")
    assert message.due_at == now + timedelta(minutes=10)
    assert not Contact.objects.filter(customer=culprit).exists()
    late = message.expires_at - timedelta(minutes=5)
    sending.send_due(now=late, worker="test")
    message.refresh_from_db()
    assert (message.state, message.reason) == ("refused", "could_not_be_judged")


@pytest.mark.parametrize(
    ("outcome", "tries", "minutes"),
    [
        (Outcome(Result.TRANSIENT, error_code="20429"), 8, 70),
        (Outcome(Result.TRANSIENT, error_code="link_down", reached=False), 0, 12),
    ],
)
def test_what_passes_is_tried_while_the_message_is_of_use(
    make_due: Callable,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Outcome,
    tries: int,
    minutes: int,
) -> None:
    """Refused for more than an hour, and then healthy: it goes out. A try that reached nobody counts as none; each
    permit is given back; only when the message is of no more use is it given up."""
    make_due()
    planning.plan(on=now.date(), now=now)
    at = now
    with monkeypatch.context() as away:
        away.setattr(SandboxProvider, "send", lambda *args, **kwargs: outcome)
        while at < now + timedelta(minutes=minutes):
            sending.send_due(now=at, worker="test")
            message = Message.objects.get()
            assert timedelta(minutes=1) <= message.due_at - at < timedelta(minutes=16)
            at = message.due_at
        assert (message.state, message.attempts) == ("failed_transient", tries)
        assert set(Contact.objects.values_list("state", flat=True)) == {"failed"}
    sending.send_due(now=at, worker="test")
    assert Message.objects.get().state == "delivered"
    make_due()
    planning.plan(on=now.date(), now=now)
    monkeypatch.setattr(SandboxProvider, "send", lambda *args, **kwargs: outcome)
    last = Message.objects.filter(state="planned")
    last.update(expires_at=now + timedelta(minutes=61))
    sending.send_due(now=now + timedelta(minutes=60), worker="test")
    given_up = Message.objects.latest("pk")
    assert (given_up.state, given_up.reason) == ("failed_permanent", "gave_up")
    assert Event.objects.filter(kind="message.failed").count() == 1


def test_what_stops_its_sender_twice_is_left_to_a_person(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let go on, the others go first; then it stops all anew, and is set aside with a hand-off."""
    culprit = make_due()[0]
    number, send = culprit.contact_points.get().value, SandboxProvider.send
    make_due()

    def refuse(self: SandboxProvider, outgoing: Outgoing, *, now: datetime) -> Outcome:
        if outgoing.to == number:
            return Outcome(Result.STOPPED, error_code="21606")
        return send(self, outgoing, now=now)

    monkeypatch.setattr(SandboxProvider, "send", refuse)
    administrator = factories.make_staff("administrator")
    planning.plan(on=now.date(), now=now)
    for minutes, state in ((0, "due"), (5, "failed_permanent")):
        sending.send_due(now=now + timedelta(minutes=minutes), worker="test")
        assert Message.objects.get(customer=culprit).state == state
        senders.resume(provider="sandbox", by=administrator, now=now + timedelta(minutes=minutes + 1))
    assert SandboxInbox.objects.count() == 1
    assert Message.objects.get(customer=culprit).reason == "stops_sender"
    assert "21606" in HandOff.objects.get(customer=culprit).text


def test_a_text_that_never_leaves_ends_no_way_in(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code the customer has opens the page until a newer one is with the provider; from then on that one alone."""
    customer, _ = make_due()
    customer.contact_points.update(quality="unknown")
    held = access.mint_within(customer=customer, now=now - timedelta(hours=1))
    planning.plan(on=now.date(), now=now)
    busy = Outcome(Result.TRANSIENT, error_code="20429")
    with monkeypatch.context() as away:
        away.setattr(SandboxProvider, "send", lambda *args, **kwargs: busy)
        for minutes in (0, 5):
            sending.send_due(now=now + timedelta(minutes=minutes), worker="test")
    at = now + timedelta(minutes=20)
    assert access.peek(code=held.code, now=at) is not None
    assert AccessLink.objects.filter(revoked_at__isnull=True).count() == 1
    sending.send_due(now=at, worker="test")
    assert access.peek(code=held.code, now=at + timedelta(minutes=1)) is None
    [live] = AccessLink.objects.filter(still_open(at + timedelta(minutes=1)))
    assert (live.created_at, live.revoked_at) == (at, None)
    [typed] = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", SandboxInbox.objects.get().body)
    assert access.peek(code=typed, now=at + timedelta(minutes=1)) == live
