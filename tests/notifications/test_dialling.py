"""Click-to-dial: the real Twilio library against the stand-in; asked for once, reported in any order, never twice."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from twilio.request_validator import RequestValidator

from collections_app.models import ContactPoint, Conversation, Customer, Event, Hold, PermitRefusal, Staff
from collections_app.services import calls, holds
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from notifications.models import Dial, DialReport
from notifications.providers.twilio.sandbox_calls import COURSE, customer_leg
from notifications.providers.twilio.sandbox_server import SandboxServer
from notifications.services import dialling
from tests import factories
from tests.notifications.conftest import TOKEN

AGENT = "+85225550000"


@pytest.fixture
def voice(settings: Any, twilio: SandboxServer) -> SandboxServer:
    """The stand-in, with a number to call from."""
    settings.TWILIO_VOICE_FROM = "+15005550006"
    settings.PUBLIC_URL = "http://127.0.0.1:1"
    return twilio


@pytest.fixture
def call(bank: None, now: datetime) -> Conversation:
    """A permitted call to a customer in Hong Kong by a colleague with a telephone of their own."""
    branch = factories.make_branch("INTL", rule_pack="neutral", time_zone="Asia/Hong_Kong")
    customer, _account = factories.make_debtor(branch=branch, time_zone="Asia/Hong_Kong", country="HK")
    ContactPoint.objects.filter(customer=customer).delete()
    point = factories.make_mobile(customer, "+85255501234", country="HK")
    staff = factories.make_staff("collector", branch=branch, extension=AGENT)
    return calls.start(
        customer_id=customer.id, contact_point_id=point.id, actor=Actor.of(staff), seen_version=None, now=now
    )


def dial(call: Conversation, now: datetime) -> Dial:
    return dialling.dial(conversation_id=call.id, actor=Actor.of(call.staff), now=now)


def holding_until(call: Conversation, until: datetime) -> Conversation:
    """The call, whose line is held so long."""
    Conversation.objects.filter(id=call.id).update(lease_until=until)
    return call


def posted(client: Client, row: Dial, **fields: str) -> int:
    """Post one signed report as Twilio would."""
    path = reverse("notifications:twilio_voice_status", kwargs={"attempt": str(row.attempt)})
    signature = RequestValidator(TOKEN).compute_signature("http://127.0.0.1:1" + path, fields)
    return client.post(path, fields, headers={"X-Twilio-Signature": signature}).status_code


def test_the_colleagues_telephone_rings_first_and_then_the_customers(
    voice: SandboxServer, call: Conversation, now: datetime
) -> None:
    """What Twilio takes passes its own description; the customer's number stands only in the words."""
    row = dial(call, now)
    assert (row.state, row.provider_id in voice.book.calls.calls) == ("accepted", True)
    assert voice.book.refused == []
    taken = voice.book.calls.calls[row.provider_id]
    assert (taken["to"], taken["from"]) == (AGENT, "+15005550006")
    number, address = customer_leg(voice.book.calls.words[row.provider_id])
    assert number == "+85255501234"
    assert str(row.attempt) in address
    with pytest.raises(RefusedError) as again:
        dial(call, now)
    assert again.value.code == "call_may_be_ringing"
    assert len(voice.book.calls.calls) == 1


def test_reports_move_it_once_whatever_their_order(
    voice: SandboxServer, call: Conversation, client: Client, now: datetime
) -> None:
    """The end first, everything before it after, all of it twice: what is known never goes back."""
    row = dial(call, now)
    for leg, status in [*reversed(COURSE), *COURSE]:
        fields = {"CallSid": row.provider_id, "CallStatus": status}
        if leg == "customer":
            fields = {"CallSid": "CA" + "c" * 32, "ParentCallSid": row.provider_id, "CallStatus": status}
        if status == "completed":
            fields["CallDuration"] = "42"
        assert posted(client, row, **fields) == 204
    row.refresh_from_db()
    assert (row.state, row.seconds) == ("ended", 42)
    assert DialReport.objects.count() == 2 * len(COURSE)
    assert DialReport.objects.filter(applied=True).count() == 2
    assert Event.objects.filter(kind="conversation.dial_ended").count() == 1


def test_a_report_nobody_signed_changes_nothing(
    voice: SandboxServer, call: Conversation, client: Client, now: datetime
) -> None:
    row = dial(call, now)
    path = reverse("notifications:twilio_voice_status", kwargs={"attempt": str(row.attempt)})
    assert client.post(path, {"CallSid": row.provider_id, "CallStatus": "completed"}).status_code == 403
    assert posted(client, row, CallSid="", CallStatus="") == 400
    assert posted(client, row, CallSid="CA" + "f" * 32, CallStatus="completed") == 204
    row.refresh_from_db()
    assert row.state == "accepted"


def test_a_call_that_was_taken_without_an_answer_is_found_and_never_asked_for_again(
    voice: SandboxServer, call: Conversation, now: datetime
) -> None:
    """Creating a call is not idempotent: its fate is unknown, nothing is dialled, and the provider's list tells."""
    voice.book.behaviour.hang_after_taking = 1
    row = dial(call, now)
    assert row.state == "unknown"
    with pytest.raises(RefusedError):
        dial(call, now)
    assert dialling.reconcile(now=now + timedelta(seconds=30)) == 0
    assert dialling.reconcile(now=now + timedelta(seconds=90)) == 1
    row.refresh_from_db()
    assert (row.state, row.provider_id) == ("accepted", next(iter(voice.book.calls.calls)))
    assert len(voice.book.calls.calls) == 1


def test_a_call_nobody_took_may_be_dialled_again(
    voice: SandboxServer, call: Conversation, client: Client, now: datetime
) -> None:
    """A server error leaves it unknown until the provider's list has stayed without it for five minutes.

    Whatever is reported of it once it was dialled again is kept, and changes nothing.
    """
    voice.book.behaviour.errors.append((500, 20500))
    row = dial(call, now)
    assert row.state == "unknown"
    assert dialling.reconcile(now=now + timedelta(minutes=2)) == 0
    assert dialling.reconcile(now=now + timedelta(minutes=6)) == 1
    row.refresh_from_db()
    assert (row.state, row.error_code) == ("failed", "never_taken")
    again = dial(holding_until(call, now + timedelta(minutes=7)), now + timedelta(minutes=6))
    assert posted(client, row, CallSid="CA" + "f" * 32, CallStatus="ringing") == 204
    row.refresh_from_db()
    assert (row.state, again.state, DialReport.objects.get().applied) == ("failed", "accepted", False)


def test_a_telephone_that_rang_is_not_rung_again_under_the_same_permit(
    voice: SandboxServer, call: Conversation, client: Client, now: datetime
) -> None:
    """Each ringing counts: the next one has a permit of its own. The database holds it too."""
    row = dial(call, now)
    missed = {"CallSid": "CA" + "c" * 32, "ParentCallSid": row.provider_id, "CallStatus": "no-answer"}
    assert posted(client, row, **missed) == 204
    with pytest.raises(RefusedError, match="call_has_rung"):
        dial(call, now)
    row.refresh_from_db()
    assert (row.state, len(voice.book.calls.calls)) == ("unreached", 1)
    row.pk, row.attempt = None, uuid4()
    with pytest.raises(IntegrityError, match="dial_rings_once"), transaction.atomic():
        row.save(force_insert=True)


def test_what_came_up_since_the_call_began_stops_it(voice: SandboxServer, call: Conversation, now: datetime) -> None:
    """The permit is decided anew before anything rings: silent hours, a hold. Why not stays on the record."""
    night = now.replace(hour=21, minute=5)
    holding_until(call, night + timedelta(minutes=1))
    with pytest.raises(RefusedError, match="quiet_hours"):
        dial(call, night)
    holds.place(customer_id=call.customer_id, kind="illness", actor=Actor.of(call.staff), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="hold"):
        dial(call, now)
    assert list(PermitRefusal.objects.order_by("id").values_list("reason", flat=True)) == ["quiet_hours", "hold"]
    assert voice.book.calls.calls == {}
    Hold.objects.update(released_at=now, release_reason="test")
    assert dial(call, now).state == "accepted"


def test_a_process_that_died_after_asking_is_reconciled(
    voice: SandboxServer, call: Conversation, now: datetime
) -> None:
    """The row was written before the call was asked for, so the sweep finds what Twilio has of it."""
    row = dial(call, now)
    Dial.objects.update(state="begun", provider_id="", rank=-1)
    assert dialling.reconcile(now=now + timedelta(seconds=90)) == 1
    assert Dial.objects.get().provider_id == row.provider_id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TWILIO_VOICE_FROM": ""}, "voice_not_configured"),
        ({"extension": "8001"}, "colleague_has_no_telephone"),
        ({"country": "CN"}, "provider_not_allowed"),
    ],
)
def test_where_it_may_not_be_put_through_the_colleague_dials_by_hand(
    voice: SandboxServer, call: Conversation, settings: Any, now: datetime, change: dict[str, str], code: str
) -> None:
    """Nothing configured, no telephone that it reaches, or the mainland, where Twilio's terms forbid it."""
    settings.TWILIO_VOICE_FROM = change.get("TWILIO_VOICE_FROM", settings.TWILIO_VOICE_FROM)
    if "extension" in change:
        Staff.objects.filter(id=call.staff_id).update(extension=change["extension"])
    if "country" in change:
        ContactPoint.objects.update(country="CN")
    with pytest.raises(RefusedError) as refused:
        dial(Conversation.objects.get(), now)
    assert refused.value.code == code
    assert voice.book.calls.calls == {}
    assert not Dial.objects.exists()


def test_an_extension_is_reached_at_the_sip_domain(
    voice: SandboxServer, call: Conversation, settings: Any, now: datetime
) -> None:
    settings.TWILIO_VOICE_SIP_DOMAIN = "bank.sip.example"
    Staff.objects.filter(id=call.staff_id).update(extension="8001")
    row = dial(Conversation.objects.get(), now)
    assert voice.book.calls.calls[row.provider_id]["to"] == "sip:8001@bank.sip.example"


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_call_is_made(voice: SandboxServer, call: Conversation, now: datetime) -> None:
    """Two requests in two threads: one row, one call at Twilio."""
    from django.db import connection

    begin = threading.Barrier(2)
    codes: list[str] = []

    def click() -> None:
        begin.wait()
        try:
            dial(call, now)
            codes.append("taken")
        except RefusedError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["call_may_be_ringing", "taken"]
    assert len(voice.book.calls.calls) == 1
    assert Customer.objects.count() == 1
