"""Sessions as calendar files: read back by the library that programs use, neutral, stable, and revocable."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from collections_app.models import Customer, Staff
from collections_app.services.records import Actor
from mediation.domain.appointments import Appointment, sequence_of
from mediation.gateways import calendar_file
from mediation.models import CalendarFeed, Mediator, PanelSeat, Room, Session
from mediation.services import dates, meetings, scheduling, sessions
from mediation.services.people import panels
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_slots_places import in_person
from tests.mediation.test_story import scheduled, version
from tests.remembered import remembered

# What nobody looking over a shoulder may read in a customer's calendar.
REVEALING = (
    "调解",
    "协商",
    "欠",
    "债",
    "逾期",
    "催",
    "贷款",
    "信用卡",
    "debt",
    "loan",
    "overdue",
    "mediat",
    "negotiat",
)


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    return scheduled(debtor, collector, now)


def only(body: bytes):
    calendar = Calendar.from_ical(body)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_names_of_any_length_and_marks_come_back_as_they_were() -> None:
    """Commas, semicolons, line breaks, backslashes; lines are folded at 75 octets within no character."""
    start = datetime(2026, 11, 24, 9).astimezone()
    name = "示范金融纠纷人民调解委员会；分会, 甲\\乙\n第二行" * 6
    entry = Appointment(
        "talks-1@bank.example", 4, start, start + timedelta(hours=1), "Asia/Shanghai", name, name, name,
        "mailto:notices@bank.example", "示范银行", "urn:uuid:1", False, start,
    )  # fmt: skip
    body = calendar_file.invitation(entry, now=start)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    calendar, event = only(body)
    assert (str(event["summary"]), str(event["location"])) == (name, name)
    assert (calendar["method"], event["sequence"]) == ("REQUEST", 4)
    assert event["dtstart"].dt == start
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert not calendar.errors


def test_the_sequence_never_falls() -> None:
    """As announced, at another place, as begun, as closed, and then the next session of the same talks."""
    states = [
        (5, "scheduled", 0), (5, "scheduled", 1), (5, "in_session", 1), (5, "cancelled", 2), (9, "scheduled", 2),
        (9, "scheduled", 3), (9, "held", 3),
    ]  # fmt: skip
    numbers = [sequence_of(sessions=[9, 5], session=key, state=state, places=places) for key, state, places in states]
    assert numbers == sorted(set(numbers))


def test_a_customers_entry_moves_and_goes_with_the_session(
    session: Session, debtor: Debtor, let_in, now: datetime
) -> None:
    """One identity: asked for, moved by a higher sequence, and removed when the talks are over; no word of a debt."""
    browser = let_in(debtor)
    address = f"/r/talks/{session.mediation_id}/session.ics"
    answer = browser.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    _calendar, first = only(answer.content)
    assert not [word for word in REVEALING if word in answer.content.decode().lower()]
    assert debtor.customer.name not in answer.content.decode()
    named = {"customer_id": debtor.customer.id, "mediation_id": session.mediation_id}
    at = session.starts_at - timedelta(hours=25)
    dates.move(**named, session_id=session.id, seen_version=version(debtor), now=at)
    calendar, gone = only(browser.get(address).content)
    assert (calendar["method"], gone["status"]) == ("CANCEL", "CANCELLED")
    scheduling.schedule(mediation_id=session.mediation_id, now=at + timedelta(hours=49))
    calendar, moved = only(browser.get(address).content)
    assert calendar["method"] == "REQUEST"
    assert first["uid"] == gone["uid"] == moved["uid"]
    assert first["sequence"] < gone["sequence"] < moved["sequence"]
    assert moved["dtstart"].dt > first["dtstart"].dt


def test_nobody_gets_the_file_of_somebody_elses_session(session: Session, debtor: Debtor, let_in, client) -> None:
    """Another customer's talks do not exist; without a way in there is no file."""
    from tests import factories

    address = f"/r/talks/{session.mediation_id}/session.ics"
    assert client.get(address).status_code == 302
    assert let_in(Debtor(*factories.make_debtor())).get(address).status_code == 404


def test_who_holds_a_session_has_its_file_with_place_and_without_a_name(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """The number of the record, kind and room; both who hold it, and nobody else."""
    session = scheduling.schedule(mediation_id=in_person(collector, now).id, now=now)
    assert session is not None
    address = f"/mediation/session/{session.id}/session.ics"
    for person in (mediator.staff, representative):
        _calendar, event = only(signed_in(person).get(address).content)
        assert session.customer.customer_no in event["summary"]
        assert session.customer.name not in event["summary"]
        assert "301" in event["location"]
    assert signed_in(collector).get(address).status_code == 403


def test_a_place_said_by_hand_is_an_update_of_the_entry(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, let_in, now: datetime
) -> None:
    """Whoever has the entry goes where the host said last, not to the room that was booked."""
    session = scheduling.schedule(mediation_id=in_person(collector, now).id, now=now)
    assert session is not None
    # A word that no number and no token of a page happens to contain.
    Room.objects.update(name="槐荫厅")
    client, address = signed_in(mediator.staff), f"/mediation/session/{session.id}/session.ics"
    _calendar, before = only(client.get(address).content)
    lines = {"name": "街道调解室", "address": "新安路 9 号", "room": "二楼"}
    meetings.state_place(session_id=session.id, lines=lines, actor=Actor.of(mediator.staff), now=now)
    _calendar, after = only(client.get(address).content)
    assert "槐荫厅" in before["location"]
    assert (after["uid"], str(after["location"])) == (before["uid"], "新安路 9 号 二楼")
    assert after["sequence"] > before["sequence"]
    pages = [
        client.get(f"/mediation/session/{session.id}/").content.decode(),
        let_in(Debtor(session.customer, session.mediation.account)).get(f"/r/talks/{session.mediation_id}/date/")
        .content.decode(),
    ]  # fmt: skip
    assert [("新安路 9 号" in page, "槐荫厅" in page) for page in pages] == [(True, False)] * 2


def test_an_expert_has_the_sessions_they_accepted_and_no_number_of_a_record(
    session: Session, mediator: Mediator, make_expert, now: datetime
) -> None:
    """Before they accept there is no entry; called off, the entry says so; recused, there is none."""
    expert = make_expert("legal")
    panels.assign(
        session_id=session.id, role="legal", expert_id=expert.id, reason="金额较大", actor=Actor.of(mediator.staff),
        seen_version=None, now=now,
    )  # fmt: skip
    client, address = signed_in(expert.staff), f"/mediation/session/{session.id}/session.ics"
    assert client.get(address).status_code == 404
    seat = PanelSeat.objects.get(expert=expert)
    panels.answer(seat_id=seat.id, accepts=True, actor=Actor.of(expert.staff), now=now)
    calendar, event = only(client.get(address).content)
    assert (calendar["method"], event["description"].endswith("/seat/")) == ("REQUEST", True)
    assert session.customer.customer_no not in client.get(address).content.decode()
    page = client.post("/mediation/calendar/renew/").content.decode()
    feed = page[page.index("/mediation/calendar/", page.index('value="http')) :].split('"')[0]
    sessions.cancel(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=None, now=now)
    assert only(Client().get(feed).content)[1]["status"] == "CANCELLED"
    assert only(client.get(address).content)[0]["method"] == "CANCEL"
    Customer.objects.filter(id=session.customer_id).update(recused_staff=[expert.staff_id])
    assert client.get(address).status_code == 404


def test_a_private_address_shows_all_sessions_until_it_is_ended(
    session: Session, mediator: Mediator, debtor: Debtor, now: datetime
) -> None:
    """Read without signing in; the token is kept as a hash; a new address, and leaving the bank, end it."""
    browser, reader = signed_in(mediator.staff), Client()
    page = browser.post("/mediation/calendar/renew/").content.decode()
    address = page[page.index("/mediation/calendar/", page.index('value="http')) :].split('"')[0]
    token = address.split("/")[-1].removesuffix(".ics")
    assert len(token) >= 43
    assert not CalendarFeed.objects.filter(token_hash__contains=token).exists()
    assert token not in browser.get("/mediation/calendar/").content.decode()
    calendar, event = only(reader.get(address).content)
    assert (calendar["method"], event["status"]) == ("PUBLISH", "CONFIRMED")
    assert debtor.customer.name not in reader.get(address).content.decode()
    sessions.cancel(session_id=session.id, actor=Actor.of(mediator.staff), seen_version=version(debtor), now=now)
    assert only(reader.get(address).content)[1]["status"] == "CANCELLED"
    browser.post("/mediation/calendar/renew/")
    assert reader.get(address).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at__isnull=True).count() == 1
    browser.post("/mediation/calendar/revoke/")
    assert not CalendarFeed.objects.filter(revoked_at__isnull=True).exists()
    assert reader.get("/mediation/calendar/guess.ics").status_code == 404


def test_only_who_holds_sessions_has_an_address(collector: Staff) -> None:
    for path in ("/mediation/calendar/", "/mediation/calendar/renew/"):
        assert signed_in(collector).post(path).status_code in {403, 405}
