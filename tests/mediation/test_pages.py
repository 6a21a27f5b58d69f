"""Every page of the room, and who gets to see it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from collections_app.domain.staff import Role
from collections_app.models import Hold, Staff
from collections_app.services.records import Actor
from mediation.models import Mediation, MediationNote, Mediator, Session
from mediation.services import notes, sessions
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import ALL_SIGNED, scheduled, version
from tests.remembered import remembered

SECRET = "客户说最低可以接受每月八百元"


def signed_in(staff: Staff) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    return scheduled(debtor, collector, now)


@pytest.fixture
def note(session: Session, mediator: Mediator, now: datetime) -> MediationNote:
    return notes.add(session_id=session.id, text=SECRET, actor=Actor.of(mediator.staff), now=now)


def addresses(session: Session) -> list[str]:
    number = session.customer.customer_no
    return [
        reverse("mediation:sessions"),
        reverse("mediation:session", args=[session.id]),
        reverse("mediation:outcome", args=[session.id]),
        reverse("mediation:record", args=[number]),
        reverse("mediation:propose", args=[number]),
    ]


def test_the_mediator_sees_the_session_and_their_notes(note: MediationNote, mediator: Mediator) -> None:
    """Parties, account, amounts, what the bank brings, and the walled notes."""
    page = signed_in(mediator.staff).get(reverse("mediation:session", args=[note.session_id])).content.decode()
    assert "陈晓梅" in page
    assert "3,913.00" in page
    assert "可分 12 期偿还" in page
    assert SECRET in page


def test_nobody_else_reads_a_note_anywhere(note: MediationNote, representative: Staff) -> None:
    """Every role, an administrator and another mediator included, at every address of the room."""
    outsiders = [factories.make_staff(role, is_staff=True, is_superuser=role == Role.ADMINISTRATOR) for role in Role]
    for person in (*outsiders, representative):
        client = signed_in(person)
        for address in addresses(note.session):
            assert SECRET not in client.get(address).content.decode(), (person.role, address)
        posted = client.post(reverse("mediation:add_note", args=[note.session_id]), {"text": "x"})
        assert posted.status_code in {403, 404}, person.role


def test_a_note_is_sealed_where_it_lies(note: MediationNote) -> None:
    """The database holds no word of it, and the session's row leads nowhere near it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM mediation_mediationnote")
        (stored,) = cursor.fetchone()
    assert SECRET not in stored
    assert stored.startswith("v1.")


def test_a_mediator_does_not_find_the_session_of_another(
    session: Session, make_mediator: Callable[[], Mediator]
) -> None:
    """What is not theirs does not exist for them; nor does the record."""
    other = signed_in(make_mediator().staff)
    statuses = [other.get(address).status_code for address in addresses(session)]
    assert statuses == [200, 404, 404, 403, 403]
    assert "陈晓梅" not in other.get(reverse("mediation:sessions")).content.decode()


def test_who_is_not_signed_in_is_sent_to_the_door(session: Session) -> None:
    """No address of the room answers strangers."""
    for address in addresses(session):
        assert Client().get(address).status_code == 302


def test_a_collector_of_another_branch_finds_no_record(session: Session) -> None:
    """Scope is the record's."""
    stranger = signed_in(factories.make_staff("collector", branch=factories.make_branch("SH")))
    assert stranger.get(reverse("mediation:record", args=[session.customer.customer_no])).status_code == 404
    assert stranger.get(reverse("mediation:propose", args=[session.customer.customer_no])).status_code == 404


def test_a_proposal_is_made_from_the_record(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """The form shows route and reason; the proposal appears in the panel and in the list."""
    client = signed_in(collector)
    address = reverse("mediation:propose", args=[debtor.customer.customer_no])
    form = client.get(address).content.decode()
    assert "Telephone" in form
    assert "5,000,000" not in form
    sent = client.post(
        address,
        {"account": debtor.account.id, "kind": "mediation", "position": "", "seen_version": debtor.customer.version},
    )
    assert sent.status_code == 302
    assert Mediation.objects.get().state == "proposed"
    assert "Waiting for a date" in client.get(sent["location"]).content.decode()
    assert "陈晓梅" in client.get(reverse("mediation:sessions")).content.decode()
    again = client.get(address, headers={"hx-request": "true"}).content.decode()
    assert "already open" in again
    assert "<html" not in again


def test_a_proposal_on_an_old_version_is_told_what_changed(
    debtor: Debtor, collector: Staff, agent_note: None, now: datetime
) -> None:
    """A hold placed meanwhile refuses with 409, names the change and keeps what was typed; saving again then works."""
    client = signed_in(collector)
    address = reverse("mediation:propose", args=[debtor.customer.customer_no])
    typed = {"account": debtor.account.id, "kind": "mediation", "position": "先听客户怎么说", "seen_version": 1}
    refused = client.post(address, typed)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "has changed" in page
    assert "先听客户怎么说" in page
    assert f'value="{version(debtor)}"' in page
    assert client.post(address, typed | {"seen_version": version(debtor)}).status_code == 302


@pytest.fixture
def agent_note(debtor: Debtor, now: datetime) -> None:
    from collections_app.services import holds

    holds.place(
        customer_id=debtor.customer.id, kind="dispute", actor=Actor.of(factories.make_staff("service_agent")),
        seen_version=None, now=now, account_id=debtor.account.id,
    )  # fmt: skip


def outcome_form(session: Session, **changes: object) -> dict[str, object]:
    session.customer.refresh_from_db()
    return {
        "ending": "agreed", "total": "3900.00", "count": "3", "first": "2026-12-10", "interval": "month",
        "grace_days": "3", "terms": "分三期", "method": "paper", "recording_ref": "", "signed": sorted(ALL_SIGNED),
        "seen_version": session.customer.version,
    } | changes  # fmt: skip


def test_an_outcome_is_previewed_and_then_saved(session: Session, mediator: Mediator, now: datetime) -> None:
    """Working out writes nothing; what it shows can be changed; saving stops collection."""
    client = signed_in(mediator.staff)
    session.customer.refresh_from_db()
    seen = {"seen_version": session.customer.version}
    assert client.post(reverse("mediation:begin", args=[session.id]), seen).status_code == 302
    address = reverse("mediation:outcome", args=[session.id])
    preview = client.post(address, outcome_form(session, work_out="1"))
    page = preview.content.decode()
    assert preview.status_code == 200
    assert page.count('value="1300.00"') == 3
    assert not Hold.objects.filter(kind="agreement_active").exists()
    lines = {"line_on": ["2026-12-10", "2027-01-10"], "line_amount": ["1900.00", "2000.00"]}
    wrong = client.post(address, outcome_form(session, save="1", signed=["customer"], **lines))
    assert wrong.status_code == 409
    assert "signature or seal is missing" in wrong.content.decode()
    assert 'value="1900.00"' in wrong.content.decode()
    saved = client.post(address, outcome_form(session, save="1", **lines))
    assert saved.status_code == 302
    assert Hold.objects.filter(kind="agreement_active", released_at__isnull=True).exists()
    shown = client.get(saved["location"]).content.decode()
    assert "1,900.00" in shown
    assert "Mediation agreement" in shown


def test_an_outcome_on_an_old_version_keeps_what_was_typed(
    session: Session, mediator: Mediator, collector: Staff, now: datetime
) -> None:
    """A payment meanwhile changes what is owed: the mediator is told, the lines stay."""
    from collections_app.services import payments

    client = signed_in(mediator.staff)
    form = outcome_form(session, ending="gap", save="1")
    payments.record_received(
        account_id=session.mediation.account_id,
        amount_fen=10_000,
        channel="app",
        reference="r1",
        occurred_at=now,
        now=now,
    )
    refused = client.post(reverse("mediation:outcome", args=[session.id]), form)
    assert refused.status_code == 409
    assert "Payment received" in refused.content.decode()
    assert Mediation.objects.get().state == "scheduled"
    again = client.post(reverse("mediation:outcome", args=[session.id]), outcome_form(session, ending="gap", save="1"))
    assert again.status_code == 302
    assert Mediation.objects.get().ending == "gap"


def test_unreadable_amounts_are_named(session: Session, mediator: Mediator, now: datetime) -> None:
    """Nothing is guessed: the instalment that cannot be read is named, and the page keeps it."""
    client = signed_in(mediator.staff)
    sessions.begin(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    address = reverse("mediation:outcome", args=[session.id])
    answer = client.post(address, outcome_form(session, save="1", line_on=["2026-12-10"], line_amount=["many"]))
    assert answer.status_code == 422
    assert "Instalment 1 cannot be read" in answer.content.decode()
    empty = client.post(address, outcome_form(session, work_out="1", total="", count=""))
    assert "needed to work out" in empty.content.decode()


def test_the_customers_answer_is_recorded_from_the_panel(session: Session, collector: Staff, now: datetime) -> None:
    """A refusal ends the talks, cancels the session and releases the hold."""
    client = signed_in(collector)
    session.customer.refresh_from_db()
    number = session.customer.customer_no
    answered = client.post(
        reverse("mediation:answer", args=[number, session.mediation_id]),
        {"consents": "no", "seen_version": session.customer.version},
        headers={"hx-request": "true"},
    )
    assert "Never started" in answered.content.decode()
    session.refresh_from_db()
    assert session.state == "cancelled"
    assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_a_proposal_is_withdrawn_from_the_panel(session: Session, collector: Staff, now: datetime) -> None:
    """The bank takes it back; an old page is told what changed instead."""
    client = signed_in(collector)
    address = reverse("mediation:withdraw", args=[session.customer.customer_no, session.mediation_id])
    assert client.post(address, {"seen_version": 1}).status_code == 409
    assert client.post(address, {"seen_version": ""}).status_code == 409
    session.customer.refresh_from_db()
    assert client.post(address, {"seen_version": session.customer.version}).status_code == 302
    assert Mediation.objects.get().ending == "withdrawn"


def test_the_list_asks_the_same_for_one_session_and_for_many(
    session: Session, mediator: Mediator, collector: Staff, now: datetime
) -> None:
    """Query counts do not grow with the rows."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(mediator.staff)
    client.get(reverse("mediation:sessions"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("mediation:sessions"))
    for _ in range(3):
        scheduled(Debtor(*factories.make_debtor()), collector, now)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("mediation:sessions")).content.decode()
    assert page.count("session-hours") == 4
    assert len(many) == len(one)


def test_the_absence_and_another_date_are_recorded_from_the_page(
    session: Session, mediator: Mediator, now: datetime
) -> None:
    """Before the hour nobody is absent; the hours can be given back at any time."""
    client = signed_in(mediator.staff)
    session.customer.refresh_from_db()
    seen = {"seen_version": session.customer.version}
    early = client.post(reverse("mediation:miss", args=[session.id]), seen)
    assert early.status_code == 409
    assert "hour has not come" in early.content.decode()
    assert client.post(reverse("mediation:cancel", args=[session.id]), seen).status_code == 302
    assert Mediation.objects.get().state == "proposed"


def test_the_number_stands_on_the_page_only_after_asking(session: Session, mediator: Mediator, now: datetime) -> None:
    """A look at the page shows no number; asking shows it; a refusal is told in words."""
    client = signed_in(mediator.staff)
    number = session.customer.contact_points.get().value
    session.customer.refresh_from_db()
    address = reverse("mediation:session", args=[session.id])
    assert number not in client.get(address).content.decode()
    dial = reverse("mediation:dial", args=[session.id])
    assert number in client.post(dial, {"seen_version": session.customer.version}).content.decode()
    assert number not in client.get(address).content.decode()
    session.customer.contact_points.update(quality="bad")
    refused = client.post(dial, {"seen_version": session.customer.version})
    assert refused.status_code == 409
    assert "No number" in refused.content.decode()
