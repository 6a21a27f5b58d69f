"""A video room on the server: who gets in, who hears whom, what is kept, and what an uninvited one gets."""

# Long because every rule of a room is tried on the same cast.

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from collections_app.domain.access import COSIGNING, REPAYMENT
from collections_app.models import Event, Staff
from collections_app.services import access, records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.models import (
    Attendance,
    Expert,
    Mediator,
    PanelSeat,
    RoomMessage,
    RoomSeat,
    RoomSignal,
    Session,
    VideoRoom,
    WalledRead,
)
from mediation.selectors import rooms as selectors
from mediation.selectors.rooms import Proof
from mediation.services import endings, ice, room_talk, rooms
from mediation.services.people import panels
from tests import factories
from tests.browsing import session_of
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import scheduled
from tests.remembered import remembered
from tests.repayment.conftest import enter as let_in_by_link

SECRET = "最低每月还八百元"


@pytest.fixture
@remembered
def session(debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Session:
    """A session by video whose hour has come; the clock stands there."""
    row = scheduled(debtor, collector, now)
    Session.objects.filter(id=row.id).update(mode="video")
    return Session.objects.select_related("mediator__staff", "representative", "customer").get(id=row.id)


class Cast:
    """The three of a session, each with their newest seat."""

    def __init__(self, session: Session, now: datetime) -> None:
        assert session.mediator is not None
        self.session, self.now = session, now
        self.mediator, self.bank = session.mediator.staff, session.representative

    def enter(self, staff: Staff | None) -> RoomSeat:
        return rooms.enter(session_id=self.session.id, staff=staff, now=self.now)

    def host(self, act: Callable[..., Any], seat: RoomSeat | None = None, **more: Any) -> Any:
        named = {"seat_id": seat.pk} if seat is not None else {}
        return act(session_id=self.session.id, staff=self.mediator, now=self.now, **named, **more)

    def all_in(self) -> tuple[RoomSeat, RoomSeat, RoomSeat]:
        host, bank, customer = self.enter(self.mediator), self.enter(self.bank), self.enter(None)
        self.host(rooms.admit, bank)
        self.host(rooms.look, customer)
        self.host(rooms.admit, customer, document="id_card", matches=True)
        return host, bank, customer

    def send(self, sender: RoomSeat, to: RoomSeat, body: str = "{}") -> RoomSignal:
        return room_talk.signal(
            seat_id=sender.pk, entry=sender.entry, to_id=to.pk, kind="offer", body=body, now=self.now
        )

    def say(self, seat: RoomSeat, text: str, key: str = "a-key-of-its-own") -> RoomMessage:
        return room_talk.say(seat_id=seat.pk, entry=seat.entry, text=text, key=key, now=self.now)

    def told(self, seat: RoomSeat) -> selectors.Reading:
        found = selectors.read(seat_id=seat.pk, entry=seat.entry, after_signal=0, after_message=0, now=self.now)
        assert found is not None
        return found


@pytest.fixture
def cast(session: Session, now: datetime) -> Cast:
    return Cast(session, session.starts_at)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        call()
    return error.value.code


def test_only_the_host_is_in_at_once_and_everybody_else_waits(cast: Cast) -> None:
    """Who waits is told of the host alone, and of nobody's name beside; the host sees what to compare."""
    host, bank, customer = cast.enter(cast.mediator), cast.enter(cast.bank), cast.enter(None)
    assert [host.state, bank.state, customer.state] == ["admitted", "waiting", "waiting"]
    seen = cast.told(customer).state
    assert [person["host"] for person in seen["people"]] == [True]
    assert not seen["people"][0]["linked"]
    (theirs,) = [person for person in cast.told(host).state["people"] if person["kind"] == "customer"]
    assert theirs["tail"] == cast.session.customer.id_number[-4:]
    assert refused(lambda: cast.send(customer, host)) == "not_linked"
    assert refused(lambda: cast.say(customer, "x")) == "seat_not_admitted"


def test_a_customer_is_let_in_after_their_document_was_compared_and_that_is_kept(cast: Cast) -> None:
    """M-13: who compared what and when, and no picture. Staff have signed in as themselves."""
    _host, customer = cast.enter(cast.mediator), cast.enter(None)
    assert refused(lambda: cast.host(rooms.admit, customer)) == "identity_document_missing"
    assert refused(lambda: cast.host(rooms.admit, customer, document="id_card")) == "identity_not_matched"
    cast.host(rooms.look, customer)
    cast.host(rooms.admit, customer, document="id_card", matches=True)
    cast.host(rooms.admit, customer, document="id_card", matches=True)
    kept = Attendance.objects.get(kind="customer")
    assert (kept.document, kept.checked_by, kept.means) == ("id_card", cast.mediator, "video")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(
            session=cast.session, customer=cast.session.customer, kind="customer", means="video",
            came_at=cast.now, checked_by=cast.mediator, stated_at=cast.now,
        )  # fmt: skip


def test_signals_pass_between_those_who_see_each_other_and_reach_nobody_else(cast: Cast) -> None:
    host, bank, customer = cast.all_in()
    cast.send(customer, bank, "sdp")
    assert [item.body for item in cast.told(bank).signals] == ["sdp"]
    assert cast.told(host).signals == []
    again = cast.enter(cast.bank)
    assert again.state == "admitted"
    assert cast.told(again).signals == []
    assert refused(lambda: cast.send(bank, host)) == "seat_elsewhere"
    assert selectors.read(seat_id=bank.pk, entry=bank.entry, after_signal=0, after_message=0, now=cast.now) is None
    for kind, body in (("shout", "x"), ("offer", ""), ("offer", "x" * 60_001)):
        assert refused(lambda kind=kind, body=body: room_talk.signal(
            seat_id=host.pk, entry=host.entry, to_id=again.pk, kind=kind, body=body, now=cast.now
        )) == "signal_of_no_kind"  # fmt: skip


def test_a_talk_aside_cuts_the_others_off_even_from_what_is_on_its_way(cast: Cast) -> None:
    host, bank, customer = cast.all_in()
    cast.send(bank, customer)
    cast.host(rooms.speak_aside, customer)
    assert cast.told(customer).signals == []
    assert refused(lambda: cast.send(bank, customer)) == "not_linked"
    assert refused(lambda: cast.say(bank, "听得到吗")) == "talk_aside_elsewhere"
    cast.send(host, customer)
    cast.say(customer, SECRET)
    assert [item.text for item in cast.told(host).messages] == [SECRET]
    outside = cast.told(bank)
    assert (outside.state["private"], outside.messages) == ("out", [])
    assert not any(person["linked"] for person in outside.state["people"])
    cast.host(rooms.speak_aside, seat_id=None)
    assert cast.told(bank).messages == []
    assert cast.told(bank).state["private"] == ""
    cast.send(bank, customer)


def test_a_locked_room_takes_nobody_new_and_who_was_sent_out_stays_out(cast: Cast) -> None:
    _host, bank = cast.enter(cast.mediator), cast.enter(cast.bank)
    cast.host(rooms.admit, bank)
    cast.host(rooms.set_locked, locked=True)
    assert refused(lambda: cast.enter(None)) == "room_locked"
    assert cast.enter(cast.bank).state == "admitted"
    cast.host(rooms.set_locked, locked=False)
    customer = cast.enter(None)
    cast.host(rooms.send_out, customer)
    assert refused(lambda: cast.enter(None)) == "seat_sent_out"
    cast.host(rooms.let_wait, customer)
    assert cast.enter(None).state == "waiting"


def test_who_loses_the_connection_comes_back_and_who_leaves_waits_again(cast: Cast) -> None:
    host, _bank, customer = cast.all_in()
    common = {"session_id": cast.session.id, "staff": None, "now": cast.now}
    rooms.leave(**common, entry=customer.entry, for_good=False)
    assert not next(each for each in cast.told(host).state["people"] if each["kind"] == "customer")["here"]
    back = cast.enter(None)
    assert back.state == "admitted"
    rooms.leave(**common, entry=customer.entry, for_good=True)
    back.refresh_from_db()
    assert back.state == "admitted"
    rooms.leave(**common, entry=back.entry, for_good=True)
    assert cast.enter(None).state == "waiting"


def test_the_room_closes_with_its_session(cast: Cast, now: datetime) -> None:
    host, bank, customer = cast.all_in()
    cast.send(bank, customer)
    with transaction.atomic():
        endings.close_session_within(session=cast.session, state="cancelled", now=now)
    assert not RoomSignal.objects.exists()
    assert cast.told(host).state["closed"]
    assert refused(lambda: cast.send(bank, customer)) == "session_over"
    assert refused(lambda: cast.enter(None)) == "session_over"
    assert refused(lambda: cast.host(rooms.set_locked, locked=True)) == "session_over"


def test_what_is_written_is_one_message_sealed_and_in_no_event(cast: Cast) -> None:
    host, _bank, _customer = cast.all_in()
    events = Event.objects.count()
    cast.say(host, SECRET)
    cast.say(host, SECRET)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM mediation_roommessage")
        ((stored,),) = cursor.fetchall()
    assert SECRET not in stored
    assert Event.objects.count() == events
    for text, key, code in ((" ", "k" * 10, "note_empty"), ("x" * 1001, "k" * 10, "words_too_long"),
                            ("x", "", "words_without_key")):  # fmt: skip
        assert refused(lambda text=text, key=key: cast.say(host, text, key)) == code


def test_signals_nobody_fetched_are_forgotten(cast: Cast) -> None:
    _host, bank, customer = cast.all_in()
    cast.send(bank, customer)
    assert room_talk.sweep(now=cast.now + timedelta(minutes=1)) == 0
    assert room_talk.sweep(now=cast.now + timedelta(minutes=3)) == 1


def test_the_waiting_room_opens_half_an_hour_before_unless_the_host_is_there(cast: Cast) -> None:
    cast.now = cast.session.starts_at - timedelta(hours=1)
    assert refused(lambda: cast.enter(None)) == "room_not_yet"
    cast.enter(cast.mediator)
    assert cast.enter(None).state == "waiting"


@pytest.fixture
def interpreter(session: Session, make_expert: Callable[..., Expert], now: datetime) -> PanelSeat:
    """The seat of an interpreter who was asked and has not answered."""
    return PanelSeat.objects.create(
        session=session, customer=session.customer, role="interpreter", expert=make_expert("interpreter"),
        state="proposed", reason="by_hand", during=session.during, at=now,
    )  # fmt: skip


def test_a_member_of_the_panel_waits_is_admitted_and_sits_in_every_talk_aside(
    cast: Cast, interpreter: PanelSeat, now: datetime
) -> None:
    """Known by their sign-in, once they have accepted; in a caucus with either party, and heard by the rest outside."""
    assert interpreter.expert is not None
    staff = interpreter.expert.staff
    address = reverse("mediation:room", args=[cast.session.id])
    assert signed_in(staff).get(address).status_code == 404
    with pytest.raises(NotAllowedError):
        cast.enter(staff)
    panels.answer(seat_id=interpreter.id, accepts=True, actor=Actor.of(staff), now=now)
    page = signed_in(staff).get(address).content.decode()
    assert reverse("mediation:seat_of", args=[cast.session.id]) in page
    assert "Lock the room" not in page
    _host, bank, customer = cast.all_in()
    seat = cast.enter(staff)
    assert (seat.kind, seat.state) == ("panel", "waiting")
    cast.host(rooms.admit, seat)
    assert Attendance.objects.get(kind="panel").staff == staff
    cast.host(rooms.speak_aside, customer)
    cast.send(seat, customer)
    assert refused(lambda: cast.send(seat, bank)) == "not_linked"
    cast.say(customer, SECRET)
    assert [row.text for row in cast.told(seat).messages] == [SECRET]
    assert WalledRead.objects.filter(staff=staff, part="words").count() == 1
    assert refused(lambda: cast.host(rooms.speak_aside, seat)) == "not_to_be_taken_aside"


def test_who_is_replaced_on_the_panel_is_out_of_the_room_at_once_and_not_let_in_again(
    cast: Cast, interpreter: PanelSeat, now: datetime
) -> None:
    """Their screen is told nothing further; who is recused hears no more of it either."""
    assert interpreter.expert is not None
    staff = interpreter.expert.staff
    panels.answer(seat_id=interpreter.id, accepts=True, actor=Actor.of(staff), now=now)
    host, _bank, _customer = cast.all_in()
    seat = cast.enter(staff)
    cast.host(rooms.admit, seat)
    cast.send(host, seat)
    proof = Proof(staff_id=staff.id, session_key=session_of(staff))
    assert selectors.seat_by_proof(seat_id=seat.pk, proof=proof, now=now)
    cast.session.customer.recused_staff = [staff.id]
    cast.session.customer.save(update_fields=["recused_staff"])
    assert selectors.seat_by_proof(seat_id=seat.pk, proof=proof, now=now) is None
    cast.session.customer.recused_staff = []
    cast.session.customer.save(update_fields=["recused_staff"])
    panels.assign(
        session_id=cast.session.id, role="interpreter", expert_id=None, reason="另请他人",
        actor=Actor.of(cast.mediator), seen_version=None, now=now,
    )  # fmt: skip
    assert selectors.read(seat_id=seat.pk, entry=seat.entry, after_signal=0, after_message=0, now=cast.now) is None
    assert not RoomSignal.objects.filter(receiver=seat).exists()
    for act in (rooms.let_wait, rooms.admit, rooms.look):
        assert refused(lambda act=act: cast.host(act, seat)) == "seat_given_up"
    with pytest.raises(NotAllowedError):
        cast.enter(staff)
    # Appointed again they knock again, and wait to be let in.
    panels.assign(
        session_id=cast.session.id, role="interpreter", expert_id=interpreter.expert_id, reason="仍由其担任",
        actor=Actor.of(cast.mediator), seen_version=None, now=now,
    )  # fmt: skip
    again = PanelSeat.objects.get(session=cast.session, expert=interpreter.expert, live=True, state="proposed")
    panels.answer(seat_id=again.id, accepts=True, actor=Actor.of(staff), now=now)
    seat.refresh_from_db()
    assert seat.state == "waiting"
    assert cast.enter(staff).pk == seat.pk


@pytest.fixture
def uninvited(
    cast: Cast, make_mediator: Callable[[], Mediator], make_representative: Callable[[], Staff], make_expert: Any
) -> Any:
    """Everybody who has no seat: another mediator, negotiator or expert, a collector, another customer, nobody."""
    people = [make_mediator().staff, make_representative(), make_expert().staff, factories.make_staff("collector"),
              factories.make_staff("administrator", is_superuser=True)]  # fmt: skip
    return [signed_in(person) for person in people] + [Client()]


def test_an_uninvited_one_never_gets_in_and_no_forged_post_is_passed_on(
    cast: Cast, uninvited: list[Client], now: datetime
) -> None:
    """Other staff, another customer and nobody: no page, no act, no stream, whatever they post."""
    host, bank, customer = cast.all_in()
    cast.send(bank, customer)
    rows = RoomSignal.objects.count()
    number, talks = cast.session.id, cast.session.mediation_id
    with time_machine.travel(cast.now, tick=False):
        stranger = let_in_by_link(*factories.make_debtor(), cast.now).client
        for client in (*uninvited, stranger):
            assert client.get(reverse("mediation:room", args=[number])).status_code in {302, 403, 404}
            assert client.get(reverse("talks:room", args=[talks])).status_code in {302, 404}
            for seat in (host, bank, customer):
                assert (
                    client.get(reverse("room_live:stream", args=[seat.pk]) + f"?entry={seat.entry}").status_code == 404
                )
                forged = {"entry": seat.entry, "to": bank.pk, "kind": "offer", "body": "x", "text": "x",
                          "key": "k" * 10, "seat": customer.pk, "document": "id_card", "agrees": "yes"}  # fmt: skip
                for what in ("enter", "signal", "say", "admit", "aside", "leave", "here"):
                    for address in (
                        reverse("mediation:room_act", args=[number, what]),
                        reverse("talks:room_act", args=[talks, what]),
                    ):
                        assert client.post(address, forged).status_code in {302, 403, 404}, (what, address)
    assert (RoomSignal.objects.count(), RoomMessage.objects.count(), RoomSeat.objects.count()) == (rows, 0, 3)


def test_neither_the_customer_nor_the_representative_acts_as_the_host(
    cast: Cast, debtor: Debtor, let_in: Callable[[Debtor], Client]
) -> None:
    _host, bank, customer = cast.enter(cast.mediator), cast.enter(cast.bank), cast.enter(None)
    fields = {"seat": customer.pk, "document": "id_card", "agrees": "yes"}
    theirs = let_in(debtor).post(reverse("talks:room_act", args=[cast.session.mediation_id, "admit"]), fields)
    assert theirs.status_code == 404
    banks = signed_in(cast.bank).post(reverse("mediation:room_act", args=[cast.session.id, "admit"]), fields)
    assert banks.status_code == 403
    assert not RoomSeat.objects.filter(id__in=[bank.pk, customer.pk], state="admitted").exists()


def test_a_seat_proves_whose_it_is_by_that_persons_session_alone(cast: Cast, now: datetime) -> None:
    host, _bank, customer = cast.all_in()
    key = session_of(cast.mediator)

    def seat(row: RoomSeat, **proof: Any) -> object:
        return selectors.seat_by_proof(seat_id=row.pk, proof=Proof(**proof), now=now)

    assert seat(host, staff_id=cast.mediator.id, session_key=key)
    assert not seat(host, staff_id=cast.mediator.id, session_key="another")
    assert not seat(host, staff_id=cast.bank.id, session_key=session_of(cast.bank))
    assert not seat(customer, staff_id=cast.mediator.id, session_key=key)
    assert not seat(customer, secret="guessed")
    person = cast.session.customer
    for purpose, enters in ((REPAYMENT, True), (COSIGNING, False)):
        with transaction.atomic():
            minted = access.mint_within(customer=records.lock(customer_id=person.pk, now=now), now=now, purpose=purpose)
        facts = {"id_tail": person.id_number[-4:]}
        opened = access.prove(facts=facts, address=None, now=now, token=minted.token)
        assert bool(seat(customer, secret=opened.secret)) is enters
    cast.mediator.is_active = False
    cast.mediator.save()
    assert not seat(host, staff_id=cast.mediator.id, session_key=key)


def test_the_screens_acts_go_by_small_forms_and_say_what_is_refused(
    cast: Cast, debtor: Debtor, let_in: Callable[[Debtor], Client]
) -> None:
    """Entering gives the seat, its stream and the servers; the page shows the door in both languages."""
    staff = signed_in(cast.mediator)
    page = staff.get(reverse("mediation:room", args=[cast.session.id])).content.decode()
    assert "Enter with camera and microphone" in page
    assert "Lock the room" in page
    customer = let_in(debtor)
    address = reverse("talks:room_act", args=[cast.session.mediation_id, "WHAT"])
    own = customer.get(reverse("talks:room", args=[cast.session.mediation_id])).content.decode()
    assert address in own
    assert "Lock the room" not in own
    early = customer.post(address.replace("WHAT", "enter"))
    assert (early.status_code, early.json()["code"]) == (409, "room_not_yet")
    entered = staff.post(reverse("mediation:room_act", args=[cast.session.id, "enter"])).json()
    assert entered["stream"].startswith(f"/live/room/{entered['seat']}/?entry=1")
    seat = customer.post(address.replace("WHAT", "enter")).json()
    to_look_at = {"seat": seat["seat"]}
    acts = reverse("mediation:room_act", args=[cast.session.id, "WHAT"])
    assert staff.post(acts.replace("WHAT", "look"), to_look_at).status_code == 200
    sent = customer.post(
        address.replace("WHAT", "signal"),
        {"entry": seat["entry"], "to": entered["seat"], "kind": "again", "body": "{}"},
    )
    assert sent.status_code == 200
    assert RoomSignal.objects.get().sender_id == seat["seat"]
    assert staff.post(acts.replace("WHAT", "dance")).status_code == 404
    assert VideoRoom.objects.get().session_id == cast.session.id


def test_a_relays_credentials_end_by_themselves(settings: Any, now: datetime) -> None:
    settings.ICE_SERVERS, settings.TURN_SECRET = ["stun:stun.example:3478", "turn:turn.example:3478"], "secret"
    plain, relay = ice.servers(seat_id=7, now=now)
    assert plain == {"urls": ["stun:stun.example:3478"]}
    ends, _seat = relay["username"].split(":")
    assert int(ends) == int((now + timedelta(hours=6)).timestamp())
    made = hmac.new(b"secret", relay["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(relay["credential"]) == made


def test_the_way_into_a_jitsi_is_one_persons_for_one_room_and_the_hours_of_the_session(
    settings: Any, cast: Cast, now: datetime
) -> None:
    settings.JITSI_URL, settings.JITSI_APP, settings.JITSI_SECRET = "https://meet.example", "bank", "s" * 32
    settings.JITSI_OPEN_BEFORE, settings.JITSI_OPEN_AFTER = timedelta(minutes=20), timedelta(minutes=40)
    starts, ends = cast.session.starts_at, cast.session.ends_at
    door = reverse("mediation:room", args=[cast.session.id])

    def seen(staff: Staff, at: datetime) -> str:
        with time_machine.travel(at, tick=False):
            return signed_in(staff).get(door).content.decode()

    def claims(page: str) -> dict[str, Any]:
        address = page[page.index("https://meet.example/") :].split('"')[0]
        read = jwt.decode(
            address.split("jwt=")[1], "s" * 32, algorithms=["HS256"], audience="bank",
            options={"verify_exp": False, "verify_nbf": False},
        )  # fmt: skip
        assert read["room"] == address.split("/")[3].split("?")[0]
        return read

    for shut in (starts - timedelta(days=3), starts - timedelta(minutes=21), ends + timedelta(minutes=40)):
        page = seen(cast.bank, shut)
        assert "jwt=" not in page, shut
        assert "room-enter" not in page
        assert ("hours of this session are over" in page) == (shut > ends)
    bank, host = (claims(seen(each, starts - timedelta(minutes=20))) for each in (cast.bank, cast.mediator))
    assert (bank["moderator"], host["moderator"]) == (False, True)
    assert bank["context"]["user"]["id"] != host["context"]["user"]["id"]
    assert bank["nbf"] > (starts - timedelta(minutes=22)).timestamp()
    assert bank["exp"] == int((ends + timedelta(minutes=40)).timestamp())
    Session.objects.filter(id=cast.session.id).update(state="in_session", opened_at=starts)
    late = ends + timedelta(hours=1)
    assert claims(seen(cast.bank, late))["exp"] == int((late + timedelta(minutes=40)).timestamp())


def test_nothing_of_a_room_moves_the_record(cast: Cast) -> None:
    """It is behind the wall: no version, no event."""
    before = cast.session.customer.version, Event.objects.count()
    cast.all_in()
    cast.session.customer.refresh_from_db()
    assert (cast.session.customer.version, Event.objects.count()) == before
