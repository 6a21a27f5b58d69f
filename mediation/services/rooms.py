"""A video room: sitting down in it, the waiting room, the check of identity, talks aside, and its end.

What happens in a room is no part of the shared record: no event, no version. Every write locks the room's own row,
never the customer's, so that nothing said waits for a long write; who came is kept as attendance.
"""

from datetime import datetime

from django.db import transaction

from collections_app.models import Staff
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain import rooms as rules
from mediation.domain.rooms import SeatKind, SeatState
from mediation.domain.route import Route
from mediation.domain.states import LIVE_SESSION
from mediation.models import Attendance, RoomSeat, RoomSignal, Session, VideoRoom
from mediation.selectors.rooms import as_rule, place_of
from mediation.services.room_wakes import wake_room


def _session(session_id: int) -> Session:
    rows = Session.objects.select_related("mediator__staff", "representative", "customer")
    session = rows.filter(id=session_id).first()
    if session is None:
        raise RefusedError("no_such_session")
    if session.mode != Route.VIDEO:
        raise RefusedError("session_not_by_video")
    if session.state not in LIVE_SESSION:
        raise RefusedError("session_over")
    return session


@transaction.atomic(durable=True)
def enter(*, session_id: int, staff: Staff | None, now: datetime) -> RoomSeat:
    """Sit down in the room of a session: its host at once, everybody else in the waiting room; ``staff`` None is
    the customer.

    Whoever was in before and lost the connection is in again. The newest screen is the person's only one. Raise
    RefusedError when it is too early, the room is locked or they were sent out, NotAllowedError for whoever is none
    of the session's people.
    """
    session = _session(session_id)
    place = place_of(session=session, staff=staff) if staff else (SeatKind.CUSTOMER, False)
    if place is None:
        raise NotAllowedError("not_your_session", action="mediation.conduct")
    kind, host = place
    # Who ends a session writes its row and then closes the room: a room made meanwhile would be left open.
    live = Session.objects.select_for_update(of=("self",), no_key=True).filter(id=session_id, state__in=LIVE_SESSION)
    if not live.values_list("id", flat=True):
        raise RefusedError("session_over")
    VideoRoom.objects.get_or_create(session=session, defaults={"customer_id": session.customer_id, "made_at": now})
    room = _locked(session_id)
    seats = list(room.seats.all())
    seat = next((each for each in seats if each.staff_id == (staff.id if staff else None)), None)
    _check_may_sit(room, session, seat, seats, host=host, now=now)
    if seat is None:
        seat = RoomSeat(room=room, customer_id=session.customer_id, kind=kind, staff=staff, entry=0)
    seat.host, seat.entry, seat.came_at, seat.seen_at, seat.left_at = host, seat.entry + 1, now, now, None
    if host:
        first = seat.admitted_at is None
        seat.state, seat.admitted_at = SeatState.ADMITTED, seat.admitted_at or now
        if first:
            _attended(session, seat, staff, document="", now=now)
    elif seat.state != SeatState.ADMITTED:
        seat.state = SeatState.WAITING
    seat.save()
    RoomSignal.objects.filter(receiver=seat).delete()
    wake_room(room_id=room.pk)
    return seat


def _check_may_sit(
    room: VideoRoom, session: Session, seat: RoomSeat | None, seats: list[RoomSeat], *, host: bool, now: datetime
) -> None:
    if room.closed_at is not None:
        raise RefusedError("session_over")
    if host:
        return
    if seat is not None and seat.state == SeatState.REMOVED:
        raise RefusedError("seat_sent_out")
    if seat is None and room.locked:
        raise RefusedError("room_locked")
    host_is_here = any(each.host and each.left_at is None for each in seats)
    if not rules.may_come(now=now, starts_at=session.starts_at, host_is_here=host_is_here):
        raise RefusedError("room_not_yet", until=session.starts_at - rules.EARLY)


def _locked(session_id: int) -> VideoRoom:
    room = VideoRoom.objects.select_for_update(of=("self",)).filter(session_id=session_id).first()
    if room is None:
        raise RefusedError("room_not_open")
    return room


def _host(session_id: int, staff: Staff, seat_id: int | None = None) -> tuple[VideoRoom, RoomSeat, RoomSeat | None]:
    """Lock the room for its host; return it, the host's seat and the seat it is about."""
    room = _locked(session_id)
    host = room.seats.filter(staff=staff, host=True).first()
    if host is None:
        raise NotAllowedError("not_your_session", action="mediation.conduct")
    if room.closed_at is not None:
        raise RefusedError("session_over")
    other = None
    if seat_id is not None:
        other = room.seats.exclude(id=host.pk).select_related("staff").filter(id=seat_id).first()
        if other is None:
            raise RefusedError("no_such_seat")
    return room, host, other


def _check_still_theirs(session_id: int, seat: RoomSeat) -> None:
    """Refuse a seat whose person is none of the session's people any more."""
    if seat.staff is not None and place_of(session=_session(session_id), staff=seat.staff) is None:
        raise RefusedError("seat_given_up")


@transaction.atomic(durable=True)
def look(*, session_id: int, staff: Staff, seat_id: int, now: datetime) -> RoomSeat:
    """Begin to check who it is: the host and whoever waits see and hear each other, and nobody else does."""
    room, _me, seat = _host(session_id, staff, seat_id)
    assert seat is not None
    if room.private_with_id is not None:
        raise RefusedError("talk_aside_first")
    _check_still_theirs(session_id, seat)
    if seat.state == SeatState.WAITING:
        seat.state = SeatState.CHECKING
        seat.save(update_fields=["state"])
        wake_room(room_id=room.pk)
    return seat


@transaction.atomic(durable=True)
def admit(
    *, session_id: int, staff: Staff, seat_id: int, document: str = "", matches: bool = False, now: datetime
) -> RoomSeat:
    """Let somebody in; of the customer, after their document was compared with what the record shows.

    Who compared what and when is kept, and no picture. Raise RefusedError with what is missing.
    """
    room, _me, seat = _host(session_id, staff, seat_id)
    assert seat is not None
    if seat.state == SeatState.ADMITTED:
        return seat
    _check_still_theirs(session_id, seat)
    admitted = [as_rule(each) for each in room.seats.filter(state=SeatState.ADMITTED)]
    if reason := rules.why_not_admitted(as_rule(seat), admitted=admitted, document=document, matches=matches):
        raise RefusedError(reason)
    seat.state, seat.admitted_at = SeatState.ADMITTED, now
    seat.save(update_fields=["state", "admitted_at"])
    _attended(_session(session_id), seat, staff, document=document if seat.staff_id is None else "", now=now)
    _forget_cut_signals(room)
    wake_room(room_id=room.pk)
    return seat


def _attended(session: Session, seat: RoomSeat, by: Staff | None, *, document: str, now: datetime) -> None:
    assert by is not None, "only staff is a host"
    Attendance.objects.create(
        session=session, customer_id=session.customer_id, kind=seat.kind, staff=seat.staff, means=Route.VIDEO,
        document=document, came_at=seat.came_at, checked_by=by, stated_at=now,
    )  # fmt: skip


@transaction.atomic(durable=True)
def send_out(*, session_id: int, staff: Staff, seat_id: int, now: datetime) -> RoomSeat:
    """Send somebody out of the room, or away from its door; they do not come back by themselves."""
    return _move(session_id, staff, seat_id, SeatState.REMOVED)


@transaction.atomic(durable=True)
def let_wait(*, session_id: int, staff: Staff, seat_id: int, now: datetime) -> RoomSeat:
    """Let somebody wait before the door, from wherever they are; whoever gave their place up does not come back."""
    return _move(session_id, staff, seat_id, SeatState.WAITING)


def _move(session_id: int, staff: Staff, seat_id: int, state: SeatState) -> RoomSeat:
    room, _me, seat = _host(session_id, staff, seat_id)
    assert seat is not None
    if state == SeatState.WAITING:
        _check_still_theirs(session_id, seat)
    seat.state = state
    _put(room, seat)
    return seat


def _put(room: VideoRoom, seat: RoomSeat) -> None:
    """Write where a seat is now; what is on its way to where nobody sees it any more is forgotten."""
    seat.save(update_fields=["state", "entry"])
    if room.private_with_id == seat.pk:
        room.private_with = None
        room.save(update_fields=["private_with"])
    _forget_cut_signals(room)
    wake_room(room_id=room.pk)


def unseat_within(*, session_id: int, staff_id: int) -> None:
    """Take somebody off the room of a session they have no place in any more, on a record the caller has locked.

    Their screen is told nothing further, not even how the room stands.
    """
    room = VideoRoom.objects.select_for_update(of=("self",)).filter(session_id=session_id).first()
    seat = room.seats.filter(staff=staff_id).first() if room is not None else None
    if room is None or seat is None:
        return
    seat.state, seat.entry = SeatState.REMOVED, seat.entry + 1
    _put(room, seat)


def reseat_within(*, session_id: int, staff_id: int) -> None:
    """Let a member of the panel who was taken off the room knock again, on a record the caller has locked.

    Who is appointed again waits like everybody; the host admits them.
    """
    room = VideoRoom.objects.select_for_update(of=("self",)).filter(session_id=session_id).first()
    if room is None or room.closed_at is not None:
        return
    seat = room.seats.filter(staff=staff_id, kind=SeatKind.PANEL, state=SeatState.REMOVED).first()
    if seat is not None:
        seat.state = SeatState.WAITING
        _put(room, seat)


@transaction.atomic(durable=True)
def set_locked(*, session_id: int, staff: Staff, locked: bool, now: datetime) -> VideoRoom:
    """Lock the room, or open it again: nobody new may even wait while it is locked."""
    room, _me, _seat = _host(session_id, staff)
    room.locked = locked
    room.save(update_fields=["locked"])
    wake_room(room_id=room.pk)
    return room


@transaction.atomic(durable=True)
def speak_aside(*, session_id: int, staff: Staff, seat_id: int | None, now: datetime) -> VideoRoom:
    """Speak with one party alone, or with everybody again (None). The others hear and see nobody meanwhile."""
    room, _me, seat = _host(session_id, staff, seat_id)
    if seat is not None and not rules.may_be_spoken_with_alone(as_rule(seat)):
        raise RefusedError("not_to_be_taken_aside")
    room.private_with = seat
    room.save(update_fields=["private_with"])
    if seat is not None:
        # Whose identity was being checked waits: nobody is heard beside a talk aside.
        room.seats.filter(state=SeatState.CHECKING).update(state=SeatState.WAITING)
    _forget_cut_signals(room)
    wake_room(room_id=room.pk)
    return room


@transaction.atomic(durable=True)
def leave(*, session_id: int, staff: Staff | None, entry: int, for_good: bool, now: datetime) -> None:
    """Note that a screen was left. Whoever leaves for good waits before the door when they come again.

    A screen that is no longer the person's newest leaves nothing.
    """
    room = VideoRoom.objects.select_for_update(of=("self",)).filter(session_id=session_id).first()
    seats = RoomSeat.objects.filter(room=room, entry=entry)
    seat = (seats.filter(staff=staff) if staff else seats.filter(kind=SeatKind.CUSTOMER)).first()
    if room is None or seat is None:
        return
    seat.left_at = now
    if for_good and not seat.host and seat.state in {SeatState.ADMITTED, SeatState.CHECKING}:
        seat.state = SeatState.WAITING
        if room.private_with_id == seat.pk:
            room.private_with = None
            room.save(update_fields=["private_with"])
    if for_good and seat.host and room.private_with_id is not None:
        room.private_with = None
        room.save(update_fields=["private_with"])
    seat.save(update_fields=["left_at", "state"])
    wake_room(room_id=room.pk)


def note_seen(*, seat_id: int, now: datetime) -> None:
    """Note that a seat's stream is alive. Without any lock: it must not wait for anything."""
    RoomSeat.objects.filter(id=seat_id).update(seen_at=now)


def close_within(*, session: Session, now: datetime) -> None:
    """Close the room of a session that ends, on a record the caller has locked; what was on its way is forgotten."""
    room = VideoRoom.objects.select_for_update(of=("self",)).filter(session=session, closed_at__isnull=True).first()
    if room is None:
        return
    room.closed_at, room.private_with = now, None
    room.save(update_fields=["closed_at", "private_with"])
    RoomSignal.objects.filter(room=room).delete()
    wake_room(room_id=room.pk)


def _forget_cut_signals(room: VideoRoom) -> None:
    """Forget what is on its way between seats that no longer see each other; the caller has locked the room."""
    seats = {seat.pk: as_rule(seat) for seat in room.seats.all()}
    cut = [
        signal_id
        for signal_id, sender, receiver in RoomSignal.objects.filter(room=room).values_list(
            "id", "sender_id", "receiver_id"
        )
        if not rules.linked(seats[sender], seats[receiver], private_with=room.private_with_id)
    ]
    RoomSignal.objects.filter(id__in=cut).delete()
