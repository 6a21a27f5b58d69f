"""What a seat of a video room may see: the others, what is for it, and what was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from collections_app.domain.access import COSIGNING
from collections_app.models import Staff
from collections_app.selectors import access, signed_in
from mediation.domain import rooms as rules
from mediation.domain.states import LIVE_SESSION
from mediation.models import RoomMessage, RoomSeat, RoomSignal, Session, VideoRoom
from mediation.selectors import sessions, wall
from mediation.selectors.people.seated import kept_away, panel_seat, sitting


class NoSuchSeatError(LookupError):
    """There is no such seat, or it is none of this person's: both look the same."""


@dataclass(frozen=True, slots=True)
class Proof:
    """By what a stream proves whose it is: a member of staff's session, or the secret of a customer's."""

    staff_id: int = 0
    session_key: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a seat is told at one moment."""

    state: dict[str, Any]
    signals: list[RoomSignal]
    messages: list[RoomMessage]


def place_of(*, session: Session, staff: Staff) -> tuple[rules.SeatKind, bool] | None:
    """Return as what a member of staff sits in a session's room, and whether they are its host; None for others.

    Who is recused from the record, or walled from it, has no place in it any more.
    """
    if kept_away(session=session, staff=staff):
        return None
    if session.mediator is not None and session.mediator.staff_id == staff.id:
        return rules.SeatKind.MEDIATOR, True
    if session.representative_id == staff.id:
        return rules.SeatKind.REPRESENTATIVE, session.mediator is None
    if panel_seat(session=session, staff=staff) is not None:
        return rules.SeatKind.PANEL, False
    return None


def access_room(*, staff: Staff, session_id: int) -> Session:
    """Return a session whose room is a person's: one of their own, or one in whose panel they sit.

    Raise NoSuchSessionError for any other.
    """
    if sitting(staff).filter(session=session_id).exists():
        return Session.objects.select_related(
            "customer", "mediation__account", "mediator__staff", "representative"
        ).get(id=session_id)
    return sessions.access_session(staff=staff, session_id=session_id)


def live_video(*, mediation_id: int) -> Session | None:
    """Return the session by video that these talks have now, or None."""
    rows = Session.objects.filter(mediation_id=mediation_id, mode="video", state__in=LIVE_SESSION)
    return rows.select_related("mediator__staff", "mediator__organisation", "representative", "customer").first()


def own_seat(*, session_id: int, staff: Staff | None) -> RoomSeat:
    """Return the seat of a member of staff, or of the customer (None). Raise NoSuchSeatError when there is none."""
    seats = RoomSeat.objects.select_related("room__session").filter(room__session_id=session_id)
    found = seats.filter(staff=staff).first() if staff else seats.filter(kind=rules.SeatKind.CUSTOMER).first()
    if found is None:
        raise NoSuchSeatError(session_id)
    return found


def seat_by_proof(*, seat_id: int, proof: Proof, now: datetime) -> RoomSeat | None:
    """Return a seat while its person is signed in, as a request of theirs would find it; None for everybody else.

    ``now`` is the application's time, which customers' sessions live by; those of staff live by the wall clock.
    """
    people = ("room__session__customer", "room__session__mediator", "staff")
    seat = RoomSeat.objects.select_related(*people).filter(id=seat_id).first()
    if seat is None:
        return None
    if seat.staff_id is not None:
        theirs = seat.staff_id == proof.staff_id and _sits_still(seat)
        return seat if theirs and signed_in.is_signed_in(
            staff_id=proof.staff_id, session_key=proof.session_key, now=timezone.now()
        ) else None  # fmt: skip
    opened = access.open_session(secret=proof.secret, now=now) if proof.secret else None
    if opened is not None and opened.link is not None and opened.link.purpose == COSIGNING:
        # Who came to sign somebody else's agreement has opened that paper alone.
        return None
    return seat if opened is not None and opened.customer_id == seat.customer_id else None


def _sits_still(seat: RoomSeat) -> bool:
    """Return whether a member of staff still has a place, while the room is open: who is recused hears no more."""
    if seat.staff is None or seat.room.closed_at is not None:
        return True
    return place_of(session=seat.room.session, staff=seat.staff) is not None


def read(*, seat_id: int, entry: int, after_signal: int, after_message: int, now: datetime) -> Reading | None:
    """Return what a seat's newest screen is told now, and give the connection back; None when it has a newer one."""
    try:
        people = ("staff", "room__private_with", "room__session__mediation")
        seat = RoomSeat.objects.select_related(*people).filter(id=seat_id, entry=entry).first()
        if seat is None:
            return None
        room = seat.room
        seats = list(RoomSeat.objects.filter(room=room).select_related("staff", "customer").order_by("id"))
        state = _state(room, seat, seats, now)
        if room.closed_at is not None:
            return Reading(state, [], [])
        signals = RoomSignal.objects.filter(receiver=seat, receiver_entry=entry, id__gt=after_signal).order_by("id")
        return Reading(state, list(signals), wall.words_of(seat=seat, after=after_message, now=now))
    finally:
        give_back()


def as_rule(seat: RoomSeat) -> rules.Seat:
    """Return a seat as the rules see it."""
    return rules.Seat(seat.pk, seat.kind, seat.state, seat.host)


def _state(room: VideoRoom, seat: RoomSeat, seats: list[RoomSeat], now: datetime) -> dict[str, Any]:
    me, private = as_rule(seat), room.private_with_id
    others = [other for other in seats if other.pk != seat.pk]
    if private is None or seat.state != rules.SeatState.ADMITTED:
        talk = ""
    else:
        talk = "in" if rules.inside(me, private) else "out"
    return {
        "me": {"id": seat.pk, "entry": seat.entry, "state": seat.state, "host": seat.host, "kind": seat.kind},
        "locked": room.locked,
        "private": talk,
        "private_with": private if talk == "in" else None,
        "closed": room.closed_at is not None,
        "host_here": any(_here(other, now) for other in others if other.host) or seat.host,
        "people": [
            _person(room, me, other, now) for other in others if seat.state == rules.SeatState.ADMITTED or other.host
            if seat.host or other.state == rules.SeatState.ADMITTED
        ],
    }  # fmt: skip


def _person(room: VideoRoom, me: rules.Seat, other: RoomSeat, now: datetime) -> Mapping[str, Any]:
    them = as_rule(other)
    said: dict[str, Any] = {
        "id": other.pk,
        "entry": other.entry,
        "kind": other.kind,
        "host": other.host,
        "state": other.state,
        "name": name_of(other),
        "here": _here(other, now),
        "linked": rules.linked(me, them, private_with=room.private_with_id),
    }
    if me.host:
        said["aside"] = rules.may_be_spoken_with_alone(them)
        if other.kind == rules.SeatKind.CUSTOMER and other.state != rules.SeatState.ADMITTED:
            # What the document before the camera is compared with.
            said["tail"] = other.customer.id_number[-4:]
    return said


def _here(seat: RoomSeat, now: datetime) -> bool:
    return seat.left_at is None and now - seat.seen_at < rules.SILENT_AFTER


def name_of(seat: RoomSeat) -> dict[str, str]:
    """Return a seat's name in both languages."""
    if seat.staff is None:
        return {"zh": seat.customer.name, "en": seat.customer.name}
    return {"zh": seat.staff.display_name, "en": seat.staff.display_name_en or seat.staff.display_name}


def give_back() -> None:
    """Close this thread's connection: a stream keeps none between its looks."""
    # Inside a transaction the connection belongs to somebody else (a test).
    if not connection.in_atomic_block:
        connection.close()
