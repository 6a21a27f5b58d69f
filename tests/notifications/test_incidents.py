"""An incident and messages: planned ones wait, claimed ones are not handed over, nothing is lost or too late."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collections_app.domain.incidents import IncidentScope
from collections_app.models import ApprovedSentence, Contact, Incident
from collections_app.services.emergencies import incidents as emergencies
from collections_app.services.emergencies import sentences
from collections_app.services.emergencies.incidents import Scope
from collections_app.services.records import SYSTEM, Actor
from notifications.domain.outcomes import Outcome, Result
from notifications.models import Message, SandboxInbox
from notifications.services import incidents, planning, sending
from tests import factories


@pytest.fixture
def start(bank: None) -> Callable[[datetime], Incident]:
    """Begin an incident that stops notices too."""
    supervisor = factories.make_staff("supervisor")

    def begin(at: datetime, ends_at: datetime | None = None) -> Incident:
        sentences.load(now=at)
        return emergencies.start(
            covers=Scope(IncidentScope.ALL), reason="wrong_file", notices_too=True, ends_at=ends_at,
            sentence_id=ApprovedSentence.objects.get(code="system").id, actor=Actor.of(supervisor), now=at,
        )  # fmt: skip

    return begin


def end(incident: Incident, at: datetime) -> None:
    emergencies.end_within(incident=Incident.objects.get(id=incident.id), actor=SYSTEM, now=at)


def test_what_is_queued_waits_and_goes_out_when_it_is_over(make_due: Callable, start: Callable, now: datetime) -> None:
    """Put off with the reason, let go at the end, and sent once."""
    make_due()
    planning.plan(on=now.date(), now=now)
    incident = start(now)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("deferred", "incident")
    assert incidents.let_go(now=now + timedelta(minutes=5)) == 0
    end(incident, now + timedelta(minutes=5))
    assert incidents.let_go(now=now + timedelta(minutes=6)) == 1
    sending.send_due(now=now + timedelta(minutes=6), worker="test")
    assert SandboxInbox.objects.count() == 1


def test_what_is_of_no_use_any_more_does_not_go_out_late(make_due: Callable, start: Callable, now: datetime) -> None:
    make_due()
    planning.plan(on=now.date(), now=now)
    incident = start(now)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    last = message.expires_at - timedelta(seconds=90)
    Message.objects.update(due_at=last)
    sending.send_due(now=last, worker="test")
    message.refresh_from_db()
    assert message.state == "deferred"
    end(incident, message.expires_at)
    incidents.let_go(now=message.expires_at)
    sending.send_due(now=message.expires_at, worker="test")
    message.refresh_from_db()
    assert (message.state, message.reason) == ("cancelled", "expired")
    assert not SandboxInbox.objects.exists()


def test_a_claimed_message_is_not_handed_over_once_it_has_begun(
    make_due: Callable, start: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began while the first batch was with the provider: the second one stays, and its permit is given back."""
    make_due()
    make_due()
    planning.plan(on=now.date(), now=now)
    monkeypatch.setattr(sending, "BATCH", 1)
    sent = []

    def send(item: sending.Claimed, at: datetime) -> Outcome:
        sent.append(item)
        start(at)
        return Outcome(Result.ACCEPTED, provider_id=f"P{len(sent)}")

    monkeypatch.setattr(sending, "_call", send)
    result = sending.send_due(now=now, worker="test")
    assert (len(sent), result.results) == (1, {Result.ACCEPTED: 1, Result.WITHHELD: 1})
    assert sorted(Contact.objects.values_list("state", flat=True)) == ["failed", "made"]
    sending.send_due(now=now + timedelta(seconds=5), worker="test")
    assert sorted(Message.objects.values_list("state", flat=True)) == ["accepted", "deferred"]


def test_nothing_is_planned_for_its_scope_until_it_is_over(make_due: Callable, start: Callable, now: datetime) -> None:
    """Planning again is how the day goes on."""
    make_due()
    incident = start(now)
    planning.plan(on=now.date(), now=now)
    assert not Message.objects.exists()
    end(incident, now + timedelta(hours=1))
    planning.plan(on=now.date(), now=now + timedelta(hours=1))
    assert Message.objects.count() == 1
