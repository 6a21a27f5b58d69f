"""A session by telephone: bridged once and known, or dialled by hand; recorded only where everybody agrees."""

# Long because a call and what becomes of its recording are one story.

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from twilio.request_validator import RequestValidator

from collections_app.models import Contact, ContactPoint, Conversation, PermitRefusal, Staff
from collections_app.services import holds
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from mediation.domain import conferences as rules
from mediation.domain.conferences import RecordingRule
from mediation.models import ConferenceLeg, Expert, Mediator, PanelSeat, Session, TelephoneRecord
from mediation.services import conferences, outcomes, session_recordings, sessions, telephone
from notifications.models import Dial
from notifications.providers.base import CallReport
from notifications.providers.twilio.sandbox_server import Book, SandboxServer
from notifications.services import dialling
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import scheduled, terms
from tests.remembered import remembered

ACCOUNT, TOKEN = "AC" + "0" * 32, "test-token"
ABROAD = "+85255501234"


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    """A session by telephone with a customer who has a number abroad, and colleagues with telephones of their own."""
    row = scheduled(debtor, collector, now)
    ContactPoint.objects.filter(customer=debtor.customer).delete()
    factories.make_mobile(debtor.customer, ABROAD, country="HK")
    Staff.objects.filter(id=mediator.staff_id).update(extension="+85225550001")
    Staff.objects.filter(id=representative.id).update(extension="+85225550002")
    return Session.objects.select_related("mediator__staff", "representative", "customer").get(id=row.id)


@pytest.fixture
def voice(settings: Any, now: datetime) -> Iterator[SandboxServer]:
    """The stand-in for Twilio, with a number to call from; it calls nobody back."""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
    settings.TWILIO_VOICE_FROM, settings.PUBLIC_URL = "+15005550006", "http://127.0.0.1:1"
    book = Book(account=ACCOUNT, token=TOKEN, now=lambda: now)
    book.behaviour.call_back = False
    with SandboxServer(port=0, book=book, on_message=lambda message: None) as server:
        settings.TWILIO_API_URL = server.address
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def call_in(session: Session, kind: str, now: datetime, staff: Staff | None = None) -> ConferenceLeg:
    assert session.mediator is not None
    actor = Actor.of(staff or session.mediator.staff)
    return conferences.call_in(session_id=session.id, kind=kind, actor=actor, seen_version=None, now=now)


def code_of(session: Session, kind: str, now: datetime, staff: Staff | None = None) -> str:
    with pytest.raises(RefusedError) as refused:
        call_in(session, kind, now, staff)
    return refused.value.code


def report(client: Client, leg: ConferenceLeg, status: str, *, signed: bool = True, **more: str) -> int:
    path = reverse("mediation:leg_status", args=[leg.attempt])
    fields = {"CallSid": leg.provider_id, "CallStatus": status, **more}
    by = RequestValidator(TOKEN if signed else "another").compute_signature("http://127.0.0.1:1" + path, fields)
    return client.post(path, fields, headers={"X-Twilio-Signature": by}).status_code


def test_the_host_is_called_first_and_each_telephone_once(
    voice: SandboxServer, session: Session, now: datetime
) -> None:
    """All meet in one conference nobody guesses; it ends with the host, and is never recorded by the provider."""
    assert code_of(session, "customer", now) == "host_is_called_first"
    legs = [call_in(session, kind, now) for kind in ("mediator", "customer", "representative")]
    assert voice.book.refused == []
    called = voice.book.calls
    assert [called.calls[leg.provider_id]["to"] for leg in legs] == ["+85225550001", ABROAD, "+85225550002"]
    words = [called.words[leg.provider_id] for leg in legs]
    assert all(conferences.name_of(session.id) in each and "do-not-record" in each for each in words)
    assert ['endConferenceOnExit="true"' in each for each in words] == [True, False, False]
    for kind in ("mediator", "customer", "representative"):
        assert code_of(session, kind, now) == "call_may_be_ringing"
    assert len(called.calls) == 3
    contact = Contact.objects.get(channel="voice")
    assert (contact.state, contact.purpose, legs[1].contact_id) == ("made", "invite", contact.id)


def test_the_customers_leg_needs_a_permit_and_a_refusal_stays(
    voice: SandboxServer, session: Session, now: datetime
) -> None:
    call_in(session, "mediator", now)
    supervisor = Actor.of(factories.make_staff("supervisor"))
    holds.place(customer_id=session.customer_id, kind="deceased", actor=supervisor, seen_version=None, now=now)
    assert code_of(session, "customer", now)
    assert PermitRefusal.objects.filter(channel="voice").count() == 1
    assert len(voice.book.calls.calls) == 1


def test_a_leg_is_reported_once_in_any_order_and_only_when_signed(
    voice: SandboxServer, session: Session, client: Client, now: datetime
) -> None:
    leg = call_in(session, "mediator", now)
    assert report(client, leg, "completed", signed=False) == 403
    assert report(client, leg, "") == 400
    for status in ("completed", "in-progress", "ringing", "completed"):
        assert report(client, leg, status, CallDuration="125") == 204
    leg.refresh_from_db()
    assert (leg.state, leg.seconds) == ("ended", 125)
    call_in(session, "mediator", now)


def test_a_leg_whose_fate_is_unknown_is_looked_up_and_never_asked_for_again(
    voice: SandboxServer, session: Session, now: datetime
) -> None:
    call_in(session, "mediator", now)
    voice.book.behaviour.hang_after_taking = 1
    leg = call_in(session, "customer", now)
    assert (leg.state, Contact.objects.get(channel="voice").state) == ("unknown", "unknown")
    assert code_of(session, "customer", now) == "call_may_be_ringing"
    assert conferences.reconcile(now=now + timedelta(seconds=30)) == 0
    assert conferences.reconcile(now=now + timedelta(seconds=90)) == 1
    leg.refresh_from_db()
    assert leg.state == "accepted"
    assert Contact.objects.get(channel="voice").state == "made"
    voice.book.behaviour.errors.append((500, 20500))
    other = call_in(session, "representative", now)
    assert conferences.reconcile(now=now + timedelta(minutes=6)) == 1
    other.refresh_from_db()
    assert (other.state, other.error_code) == ("failed", "never_taken")


def test_a_leg_whose_last_report_was_lost_is_asked_for_until_it_has_ended(
    voice: SandboxServer, session: Session, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leg that only seems to ring would keep its telephone from ever being called again."""
    leg = call_in(session, "mediator", now)
    assert report(client, leg, "ringing") == 204
    assert conferences.reconcile(now=now + timedelta(minutes=2)) == 0
    leg.refresh_from_db()
    assert leg.state == "ringing"
    voice.book.calls.calls[leg.provider_id] |= {"status": "completed", "duration": "61"}
    conferences.reconcile(now=now + timedelta(minutes=4))
    leg.refresh_from_db()
    assert (leg.state, leg.seconds) == ("ended", 61)
    again = call_in(session, "mediator", now + timedelta(minutes=5))
    # Whoever has a name at the provider was taken: not found there is not the same as never called. Nor may it keep
    # the telephone for ever, as little as a status nobody knows: no session lasts so long.
    del voice.book.calls.calls[again.provider_id]
    provider = SimpleNamespace()
    monkeypatch.setattr(conferences, "voice_provider", lambda: provider)
    for age, known in ((timedelta(minutes=30), 0), (conferences.LOST_AFTER, 1)):
        for said in (None, CallReport(again.provider_id, "agent:parked")):
            provider.find = lambda _search, said=said: said
            mark = transaction.savepoint()
            assert conferences.reconcile(now=again.begun_at + age) == known
            again.refresh_from_db()
            transaction.savepoint_rollback(mark)
            assert (again.state, again.error_code) == (("failed", "lost") if known else ("accepted", ""))
    monkeypatch.undo()
    assert conferences.reconcile(now=again.begun_at + conferences.LOST_AFTER) == 1
    call_in(session, "mediator", now + timedelta(hours=12))


def test_another_call_of_the_same_colleague_is_not_taken_for_a_leg(
    voice: SandboxServer, session: Session, now: datetime
) -> None:
    """The leg was never taken; what the provider lists is an ordinary call the same telephone was dialled for."""
    leg = call_in(session, "mediator", now)
    contact = Contact.objects.create(
        customer=session.customer, channel="voice", purpose="service", department="service", staff=leg.called_by, at=now
    )
    conversation = Conversation.objects.create(
        customer=session.customer, contact=contact, staff=leg.called_by, department="service", started_at=now
    )
    Dial.objects.create(
        customer=session.customer, conversation=conversation, staff=leg.called_by, attempt=uuid4(), number=ABROAD,
        provider=leg.provider, provider_id=leg.provider_id, state="ended", begun_at=now, moved_at=now,
    )  # fmt: skip
    ConferenceLeg.objects.filter(pk=leg.pk).update(provider_id="", state="unknown", rank=-1)
    assert conferences.reconcile(now=now + timedelta(minutes=6)) == 1
    leg.refresh_from_db()
    assert (leg.state, leg.error_code) == ("failed", "never_taken")


def test_a_leg_is_not_taken_for_a_call_of_the_desk(voice: SandboxServer, session: Session, now: datetime) -> None:
    """The same colleague had dialled a customer, and that call was never taken: what is listed is the leg."""
    leg = call_in(session, "mediator", now)
    staff = session.mediator.staff
    contact = Contact.objects.create(
        customer=session.customer, channel="voice", purpose="service", department="service", staff=staff, at=now
    )
    conversation = Conversation.objects.create(
        customer=session.customer, contact=contact, staff=staff, department="service", started_at=now
    )
    row = Dial.objects.create(
        customer=session.customer, conversation=conversation, staff=staff, attempt=uuid4(), number=ABROAD,
        provider=leg.provider, state="unknown", begun_at=now, moved_at=now,
    )  # fmt: skip
    assert dialling.reconcile(now=now + timedelta(minutes=6)) == 1
    row.refresh_from_db()
    assert (row.state, row.error_code) == ("failed", "never_taken")


def test_nobody_asks_for_the_legs_of_a_session_long_closed(
    voice: SandboxServer, session: Session, now: datetime
) -> None:
    leg = call_in(session, "mediator", now)
    sessions.cancel(session_id=session.id, actor=Actor.of(leg.called_by), seen_version=None, now=now)
    assert conferences.reconcile(now=now + timedelta(days=2)) == 0
    leg.refresh_from_db()
    assert leg.error_code == ""


def test_nobody_but_the_host_calls_and_nobody_is_put_through_to_the_mainland(
    voice: SandboxServer, session: Session, representative: Staff, now: datetime
) -> None:
    assert code_of(session, "mediator", now, representative) in {"not_allowed", "not_your_session"}
    assert code_of(session, "panel", now) == "no_such_caller"
    call_in(session, "mediator", now)
    ContactPoint.objects.filter(customer=session.customer).delete()
    factories.make_mobile(session.customer)
    assert code_of(session, "customer", now) == "provider_not_allowed"
    assert not Contact.objects.filter(channel="voice").exists()


def test_the_panel_is_called_in_and_asked_about_a_recording_like_everybody(
    voice: SandboxServer, session: Session, make_expert: Callable[..., Expert], now: datetime
) -> None:
    """Each role by its own telephone; the word of who sat there before is not the word of who sits there now."""
    assert session.mediator is not None
    common: dict[str, Any] = {"session_id": session.id, "actor": Actor.of(session.mediator.staff), "now": now}

    def seat() -> PanelSeat:
        expert = make_expert()
        Staff.objects.filter(id=expert.staff_id).update(extension="+85225550003")
        return PanelSeat.objects.create(
            session=session, customer=session.customer, role="legal", expert=expert, state="accepted",
            reason="by_hand", during=session.during, at=now, answered_at=now,
        )  # fmt: skip

    call_in(session, "mediator", now)
    assert code_of(session, "legal", now) == "no_such_caller"
    first = seat()
    leg = call_in(session, "legal", now)
    assert voice.book.calls.calls[leg.provider_id]["to"] == "+85225550003"
    assert code_of(session, "legal", now) == "call_may_be_ringing"
    for kind in ("mediator", "representative", "customer"):
        telephone.state_consent(kind=kind, agrees=True, **common)
    said = {"outcome": "spoken", "minutes": 5, "recording_ref": "R-1"}
    with pytest.raises(RefusedError, match="recording_without_consent"):
        telephone.state_call(**said, **common)
    telephone.state_consent(kind="legal", agrees=True, **common)
    assert telephone.state_call(**said, **common).recording_ref == "R-1"
    PanelSeat.objects.filter(id=first.id).update(state="replaced")
    PanelSeat.objects.filter(id=seat().id).update(answered_at=now + timedelta(minutes=1))
    with pytest.raises(RefusedError, match="recording_without_consent"):
        telephone.state_call(**said, **common)
    page = signed_in(session.mediator.staff).get(reverse("mediation:phone", args=[session.id])).content.decode()
    assert "Legal counsel" in page


def test_a_recording_is_kept_only_where_everybody_agreed(session: Session, now: datetime) -> None:
    """The newest word of each holds; a pack without a rule allows none."""
    assert session.mediator is not None
    common: dict[str, Any] = {"session_id": session.id, "actor": Actor.of(session.mediator.staff), "now": now}

    def state(reference: str) -> TelephoneRecord:
        return telephone.state_call(outcome="spoken", minutes=42, recording_ref=reference, **common)

    for kind, agrees in (("mediator", True), ("representative", True), ("customer", True), ("customer", False)):
        telephone.state_consent(kind=kind, agrees=agrees, **common)
    with pytest.raises(RefusedError, match="recording_without_consent"):
        state("R-1")
    assert state("").recording_ref == ""
    telephone.state_consent(kind="customer", agrees=True, **common)
    assert state("R-1").minutes == 42
    type(session.customer.branch).objects.update(rule_pack="nowhere")
    with pytest.raises(RefusedError, match="recording_not_allowed"):
        state("R-2")
    for changes, code in (({"outcome": "x"}, "no_such_call_outcome"), ({"minutes": 601}, "minutes_out_of_range")):
        with pytest.raises(RefusedError, match=code):
            telephone.state_call(**{"outcome": "spoken", "minutes": 1, "recording_ref": "", **common, **changes})


def test_no_other_way_keeps_a_recording_that_somebody_did_not_agree_to(
    session: Session, debtor: Debtor, now: datetime
) -> None:
    """Not the desk, nor an oral agreement: what each said on the telephone counts, whatever box is ticked."""
    assert session.mediator is not None
    by: dict[str, Any] = {"session_id": session.id, "actor": Actor.of(session.mediator.staff), "now": now}
    sessions.begin(**by, seen_version=None)
    for kind, agrees in (("mediator", True), ("representative", True), ("customer", False)):
        telephone.state_consent(kind=kind, agrees=agrees, **by)
    oral = terms(debtor, method="recorded", recording_ref="R-1", recording_agreed=True)
    with pytest.raises(RefusedError, match="recording_without_consent"):
        session_recordings.keep(reference="R-1", both_consented=True, **by)
    with pytest.raises(RefusedError, match="recording_without_consent"):
        outcomes.record(ending="agreed", terms=oral, seen_version=None, **by)
    telephone.state_consent(kind="customer", agrees=True, **by)
    assert session_recordings.keep(reference="R-1", both_consented=True, **by).reference == "R-1"
    assert outcomes.record(ending="agreed", terms=oral, seen_version=None, **by).ending == "agreed"


def test_who_holds_another_session_says_that_everybody_agreed_where_the_rules_allow_it(
    session: Session, debtor: Debtor, now: datetime
) -> None:
    assert session.mediator is not None
    Session.objects.filter(id=session.id).update(mode="video")
    by: dict[str, Any] = {"session_id": session.id, "actor": Actor.of(session.mediator.staff), "now": now}
    sessions.begin(**by, seen_version=None)
    for agreed, pack, code in ((False, "CN", "recording_without_consent"), (True, "nowhere", "recording_not_allowed")):
        type(session.customer.branch).objects.update(rule_pack=pack)
        oral = terms(debtor, method="recorded", recording_ref="R-1", recording_agreed=agreed)
        with pytest.raises(RefusedError, match=code):
            outcomes.record(ending="agreed", terms=oral, seen_version=None, **by)
    with pytest.raises(RefusedError, match="recording_not_allowed"):
        session_recordings.keep(reference="R-1", both_consented=True, **by)
    type(session.customer.branch).objects.update(rule_pack="CN")
    assert outcomes.record(
        ending="agreed", terms=terms(debtor, method="recorded", recording_ref="R-1", recording_agreed=True),
        seen_version=None, **by,
    ).ending == "agreed"  # fmt: skip


def test_the_page_has_script_number_and_record_without_a_provider(session: Session, representative: Staff) -> None:
    """By hand: the number under its permit, the script in the reader's language, and what came of it."""
    assert session.mediator is not None
    client = signed_in(session.mediator.staff)
    address = reverse("mediation:phone", args=[session.id])
    page = client.get(address).content.decode()
    assert "Call in" not in page
    assert "is independent of the bank" in page
    assert reverse("mediation:dial", args=[session.id]) in page
    assert "Reference of the recording" not in page
    for kind in ("mediator", "representative", "customer"):
        typed = {"kind": kind, "agrees": "yes", "form_key": kind * 3}
        assert client.post(reverse("mediation:phone_consent", args=[session.id]), typed).status_code == 302
    assert "Reference of the recording" in client.get(address).content.decode()
    record = reverse("mediation:phone_record", args=[session.id])
    assert client.post(record, {"outcome": "spoken", "minutes": "x"}).status_code == 409
    typed = {"outcome": "spoken", "minutes": "35", "recording_ref": "R-9", "form_key": "k" * 20}
    assert [client.post(record, typed).status_code for _ in range(2)] == [302, 302]
    assert TelephoneRecord.objects.get().minutes == 35
    assert "35 minutes" in client.get(address).content.decode()
    assert signed_in(representative).get(address).status_code == 404


def test_the_page_calls_in_with_a_provider(voice: SandboxServer, session: Session) -> None:
    assert session.mediator is not None
    client = signed_in(session.mediator.staff)
    session.customer.refresh_from_db()
    typed = {"kind": "mediator", "seen_version": session.customer.version, "form_key": "k" * 20}
    address = reverse("mediation:phone_call", args=[session.id])
    stale = client.post(address, typed | {"seen_version": 1})
    notice = stale.content.decode()
    assert stale.status_code == 409
    assert "data-conflict" in notice
    assert "data-apply" in notice
    assert voice.book.calls.calls == {}
    assert [client.post(address, typed).status_code for _ in range(2)] == [302, 302]
    assert len(voice.book.calls.calls) == 1
    page = client.get(reverse("mediation:phone", args=[session.id])).content.decode()
    assert "Accepted" in page
    assert page.count("Call in</button>") == 2


def test_the_rules_of_legs_and_recordings() -> None:
    assert rules.rank("agent:completed") > rules.rank("agent:ringing") > rules.rank("agent:queued") > rules.rank("?")
    assert rules.state_reported("agent:in-progress") == "answered"
    assert rules.state_reported("?") is None
    nobody = RecordingRule("x", everybody=False, source="", verified=False)
    part = rules.taking_part(mediator=False)
    assert part == {"customer", "representative"}
    assert rules.why_not_recorded(nobody, taking_part=part, agreed=part) == "recording_not_allowed"
