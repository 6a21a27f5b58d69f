"""What passes through a video room: signals between two browsers, and what people write."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from collections_app.domain.typed import harmless, plain
from collections_app.services.errors import RefusedError
from mediation.domain import rooms as rules
from mediation.domain.rooms import SeatState
from mediation.models import RoomMessage, RoomSeat, RoomSignal, VideoRoom
from mediation.selectors.rooms import as_rule
from mediation.services.room_wakes import wake_room

_KEY = re.compile(r"[A-Za-z0-9-]{8,40}")


def _locked(seat_id: int, entry: int) -> tuple[VideoRoom, RoomSeat]:
    """Lock the room of a seat's newest screen; raise RefusedError when it is not that, or the room is closed."""
    room_id = RoomSeat.objects.filter(id=seat_id).values_list("room_id", flat=True).first()
    if room_id is None:
        raise RefusedError("no_such_seat")
    room = VideoRoom.objects.select_for_update(of=("self",)).filter(id=room_id).first()
    seat = RoomSeat.objects.filter(id=seat_id).first()
    if room is None or seat is None:
        raise RefusedError("no_such_seat")
    if room.closed_at is not None:
        raise RefusedError("session_over")
    if seat.entry != entry:
        raise RefusedError("seat_elsewhere")
    return room, seat


@transaction.atomic(durable=True)
def signal(*, seat_id: int, entry: int, to_id: int, kind: str, body: str, now: datetime) -> RoomSignal:
    """Pass a signal on to another seat, if the two may see each other at this moment. Raise RefusedError otherwise.

    The room's row is locked: what passes was allowed when it passed, whatever the host does in the same instant.
    """
    room, seat = _locked(seat_id, entry)
    if kind not in rules.SIGNAL_KINDS or not 0 < len(body) <= rules.LONGEST_SIGNAL:
        raise RefusedError("signal_of_no_kind")
    other = RoomSeat.objects.filter(room=room, id=to_id).first()
    if other is None or not rules.linked(as_rule(seat), as_rule(other), private_with=room.private_with_id):
        raise RefusedError("not_linked")
    sent = RoomSignal.objects.create(
        room=room, customer_id=room.customer_id, sender=seat, sender_entry=seat.entry, receiver=other,
        receiver_entry=other.entry, kind=kind, body=body, at=now,
    )  # fmt: skip
    wake_room(room_id=room.pk)
    return sent


@transaction.atomic(durable=True)
def say(*, seat_id: int, entry: int, text: str, key: str, now: datetime) -> RoomMessage:
    """Write to everybody in the room, or during a talk aside to those inside it. Sent twice under one key it is one.

    Raise RefusedError for whoever waits, or is outside while the host speaks with somebody alone.
    """
    room, seat = _locked(seat_id, entry)
    text = harmless(text).strip()
    if seat.state != SeatState.ADMITTED:
        raise RefusedError("seat_not_admitted")
    if room.private_with_id is not None and not rules.inside(as_rule(seat), room.private_with_id):
        raise RefusedError("talk_aside_elsewhere")
    if not plain(text):
        raise RefusedError("note_empty")
    if len(text) > rules.LONGEST_WORDS:
        raise RefusedError("words_too_long", longest=rules.LONGEST_WORDS)
    if not _KEY.fullmatch(key):
        raise RefusedError("words_without_key")
    try:
        with transaction.atomic():
            said = RoomMessage.objects.create(
                room=room, customer_id=room.customer_id, author=seat, aside_with_id=room.private_with_id,
                key=key, text=text, at=now,
            )  # fmt: skip
    except IntegrityError:
        return RoomMessage.objects.get(author=seat, key=key)
    wake_room(room_id=room.pk)
    return said


def sweep(*, now: datetime) -> int:
    """Forget signals nobody has fetched in time, and return how many."""
    old, _by_model = RoomSignal.objects.filter(at__lt=now - rules.SIGNAL_LASTS).delete()
    return old
