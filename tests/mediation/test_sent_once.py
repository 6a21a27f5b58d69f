"""A form of the room that is sent twice writes once, and the second sending is answered like the first."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from collections_app.models import Contact, Event, FormKey, Staff
from collections_app.services import form_keys
from collections_app.services.errors import AlreadyWrittenError
from collections_app.services.records import Actor
from mediation.models import Mediation, MediationNote, Mediator, Session
from mediation.services import notes, sessions
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import outcome_form, signed_in
from tests.mediation.test_story import scheduled, version
from tests.remembered import remembered

KEY = "k" * 24


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    return scheduled(debtor, collector, now)


def keys_on(page: str) -> list[str]:
    return re.findall(r'name="form_key"[^>]*value="([^"]+)"', page)


def test_every_form_of_a_session_carries_a_key_of_its_own(session: Session, mediator: Mediator) -> None:
    """Dialling, opening, another date and the note; the outcome's page; the panel of the record."""
    client = signed_in(mediator.staff)
    page = client.get(reverse("mediation:session", args=[session.id])).content.decode()
    assert len(set(keys_on(page))) == page.count('method="post" action="/mediation/') >= 4
    assert len(keys_on(client.get(reverse("mediation:outcome", args=[session.id])).content.decode())) == 1


def test_the_forms_of_the_panel_carry_keys(session: Session, collector: Staff) -> None:
    client = signed_in(collector)
    number = session.customer.customer_no
    panel = client.get(reverse("mediation:record", args=[number]), headers={"hx-request": "true"}).content.decode()
    assert len(set(keys_on(panel))) == panel.count('method="post"') == 2
    assert len(keys_on(client.get(reverse("mediation:propose", args=[number])).content.decode())) == 1


@pytest.mark.parametrize("fragment", [True, False])
def test_a_proposal_sent_twice_is_one(debtor: Debtor, collector: Staff, now: datetime, fragment: bool) -> None:
    client = signed_in(collector)
    address = reverse("mediation:propose", args=[debtor.customer.customer_no])
    typed = {"account": debtor.account.id, "kind": "mediation", "position": "", "seen_version": 1, "form_key": KEY}
    headers = {"hx-request": "true"} if fragment else {}
    first, again = (client.post(address, typed, headers=headers) for _ in range(2))
    assert first.status_code == again.status_code == (200 if fragment else 302)
    assert f"onecase_saved_{KEY}" in again.cookies
    assert Mediation.objects.count() == 1
    if fragment:
        assert "Waiting for a date" in again.content.decode()
    other = client.post(address, typed | {"position": "另可减免"}, headers=headers)
    page = other.content.decode()
    assert other.status_code == 409
    assert "另可减免" in page
    assert KEY not in page
    assert "saved already" in page


def test_a_note_behind_the_wall_sent_twice_is_one(session: Session, mediator: Mediator, now: datetime) -> None:
    """It leaves no event: the key is kept without one, and what was refused leaves it unused."""
    client = signed_in(mediator.staff)
    address = reverse("mediation:add_note", args=[session.id])
    events = Event.objects.count()
    assert client.post(address, {"text": " ", "form_key": KEY}).status_code == 409
    assert not FormKey.objects.exists()
    for _ in range(2):
        assert client.post(address, {"text": "愿意谈", "form_key": KEY}).status_code == 302
    assert MediationNote.objects.count() == 1
    assert FormKey.objects.get().event is None
    changed = client.post(address, {"text": "愿意再谈", "form_key": KEY})
    assert changed.status_code == 409
    assert "愿意再谈" in changed.content.decode()
    assert client.post(address, {"text": "愿意谈", "form_key": "m" * 24}).status_code == 302
    assert MediationNote.objects.count() == 2
    assert Event.objects.count() == events


def test_a_key_without_lock_that_another_has_just_used_is_found(
    session: Session, mediator: Mediator, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either wrote: the second finds the first when it keeps the key."""
    staff = mediator.staff
    actor = Actor.of(staff)
    with form_keys.sending(form_keys.sent(key=KEY, staff=staff, content=["愿意谈"])):
        notes.add(session_id=session.id, text="愿意谈", actor=actor, now=now)
    looks = iter([lambda **_: None, form_keys.check])
    monkeypatch.setattr(form_keys, "check", lambda **values: next(looks)(**values))
    with (
        form_keys.sending(form_keys.sent(key=KEY, staff=staff, content=["愿意谈"])),
        pytest.raises(AlreadyWrittenError),
    ):
        notes.add(session_id=session.id, text="愿意谈", actor=actor, now=now)
    assert MediationNote.objects.count() == 1


def test_a_number_asked_for_twice_is_one_call(session: Session, mediator: Mediator, now: datetime) -> None:
    """The second answer shows the number again; the budget counts one."""
    client = signed_in(mediator.staff)
    session.customer.refresh_from_db()
    typed = {"seen_version": session.customer.version, "form_key": KEY}
    number = session.customer.contact_points.get().value
    for _ in range(2):
        answer = client.post(reverse("mediation:dial", args=[session.id]), typed)
        assert answer.status_code == 200
        assert number in answer.content.decode()
    assert Contact.objects.filter(channel="voice").count() == 1


@pytest.mark.parametrize("step", ["begin", "cancel"])
def test_a_step_sent_twice_is_one(session: Session, mediator: Mediator, now: datetime, step: str) -> None:
    client = signed_in(mediator.staff)
    session.customer.refresh_from_db()
    typed = {"seen_version": session.customer.version, "form_key": KEY}
    first, again = (client.post(reverse(f"mediation:{step}", args=[session.id]), typed) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["location"] == again["location"]
    kind = {"begin": "mediation.opened", "cancel": "mediation.cancelled"}[step]
    assert Event.objects.filter(kind=kind).count() == 1


def test_an_outcome_sent_twice_is_one(session: Session, mediator: Mediator, debtor: Debtor, now: datetime) -> None:
    """Working the instalments out does not use the key; saving does."""
    client = signed_in(mediator.staff)
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=now)
    address = reverse("mediation:outcome", args=[session.id])
    worked_out = client.post(address, outcome_form(session, work_out="1", form_key=KEY))
    assert KEY in keys_on(worked_out.content.decode())
    assert f"onecase_saved_{KEY}" not in worked_out.cookies
    lines = {"line_on": ["2026-12-10", "2027-01-10"], "line_amount": ["1900.00", "2000.00"]}
    form = outcome_form(session, save="1", form_key=KEY, **lines)
    first, again = (client.post(address, form) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302)
    assert Mediation.objects.get().ending == "agreed"
    assert f"onecase_saved_{KEY}" in again.cookies


@pytest.mark.parametrize("step", ["answer", "withdraw"])
def test_an_answer_and_a_withdrawal_sent_twice_are_one(
    session: Session, collector: Staff, now: datetime, step: str
) -> None:
    client = signed_in(collector)
    session.customer.refresh_from_db()
    address = reverse(f"mediation:{step}", args=[session.customer.customer_no, session.mediation_id])
    typed = {"consents": "no", "seen_version": session.customer.version, "form_key": KEY}
    first, again = (client.post(address, typed) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302)
    assert FormKey.objects.count() == 1


def test_an_absence_sent_twice_is_one(session: Session, mediator: Mediator, now: datetime) -> None:
    """The second answer leads where the first led, and the history has one event."""
    session.customer.refresh_from_db()
    address = reverse("mediation:miss", args=[session.id])
    typed = {"seen_version": session.customer.version, "form_key": KEY}
    with time_machine.travel(session.starts_at + timedelta(minutes=20), tick=False):
        client = signed_in(mediator.staff)
        first, again = (client.post(address, typed) for _ in range(2))
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"] == reverse("mediation:session", args=[session.id])
    assert Event.objects.filter(kind="mediation.missed").count() == 1
    assert FormKey.objects.count() == 1
