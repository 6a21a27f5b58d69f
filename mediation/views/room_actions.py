"""What a screen in a video room does, whoever sits before it: each act is a small form, and its answer JSON."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode

from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.services import clock
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.rooms import IDENTITY_DOCUMENTS, SEAT_KINDS, SEAT_STATES
from mediation.models import RoomSeat
from mediation.selectors.rooms import NoSuchSeatError, own_seat
from mediation.services import ice, room_talk, rooms
from mediation.services.refusals import sentences

Answer = dict[str, Any]
# What the door of a room shows, whoever stands before it.
WORDS = {"documents": tuple(IDENTITY_DOCUMENTS), "seat_states": tuple(SEAT_STATES), "seat_kinds": tuple(SEAT_KINDS)}


def act(request: HttpRequest, *, session_id: int, staff: Staff | None, what: str) -> JsonResponse:
    """Do one act for a member of staff, or for the customer (None). What is refused changes nothing and says why.

    Raise Http404 for an act there is not, or for whoever has no seat.
    """
    try:
        if what in _HOSTS:
            return JsonResponse(_for_host(request, session_id, staff, what))
        if what not in _ANYBODYS:
            raise Http404
        return JsonResponse(_ANYBODYS[what](request, session_id, staff))
    except NoSuchSeatError as error:
        raise Http404 from error
    except RefusedError as error:
        status = 403 if isinstance(error, NotAllowedError) else 409
        return JsonResponse({"problem": sentences(error)[0], "code": error.code}, status=status)


def _enter(request: HttpRequest, session_id: int, staff: Staff | None) -> Answer:
    now = clock.now()
    seat = rooms.enter(session_id=session_id, staff=staff, now=now)
    stream = reverse("room_live:stream", args=[seat.pk])
    return {
        "seat": seat.pk,
        "entry": seat.entry,
        "stream": f"{stream}?{urlencode({'entry': seat.entry})}",
        "ice": ice.servers(seat_id=seat.pk, now=now),
    }


def _own(request: HttpRequest, session_id: int, staff: Staff | None) -> tuple[RoomSeat, int]:
    """Return the seat, and the entry the screen has."""
    return own_seat(session_id=session_id, staff=staff), number_of(request.POST.get("entry", "")) or 0


def _signal(request: HttpRequest, session_id: int, staff: Staff | None) -> Answer:
    seat, entry = _own(request, session_id, staff)
    room_talk.signal(
        seat_id=seat.pk, entry=entry, to_id=number_of(request.POST.get("to", "")) or 0,
        kind=request.POST.get("kind", ""), body=request.POST.get("body", ""), now=clock.now(),
    )  # fmt: skip
    return {}


def _say(request: HttpRequest, session_id: int, staff: Staff | None) -> Answer:
    seat, entry = _own(request, session_id, staff)
    text, key = request.POST.get("text", ""), request.POST.get("key", "")
    said = room_talk.say(seat_id=seat.pk, entry=entry, text=text, key=key, now=clock.now())
    return {"message": said.pk}


def _leave(request: HttpRequest, session_id: int, staff: Staff | None) -> Answer:
    _seat, entry = _own(request, session_id, staff)
    good = request.POST.get("for_good") == "yes"
    rooms.leave(session_id=session_id, staff=staff, entry=entry, for_good=good, now=clock.now())
    return {}


def _here(request: HttpRequest, session_id: int, staff: Staff | None) -> Answer:
    """Whoever sits in a room is not away from their desk: this is an act of theirs, and keeps them signed in."""
    seat, _entry = _own(request, session_id, staff)
    rooms.note_seen(seat_id=seat.pk, now=clock.now())
    return {}


_ANYBODYS: Mapping[str, Callable[[HttpRequest, int, Staff | None], Answer]] = {
    "enter": _enter,
    "signal": _signal,
    "say": _say,
    "leave": _leave,
    "here": _here,
}
_HOSTS: Mapping[str, Callable[..., object]] = {
    "look": rooms.look,
    "admit": rooms.admit,
    "send_out": rooms.send_out,
    "let_wait": rooms.let_wait,
    "lock": partial(rooms.set_locked, locked=True),
    "unlock": partial(rooms.set_locked, locked=False),
    "aside": rooms.speak_aside,
    "together": partial(rooms.speak_aside, seat_id=None),
}
_WITHOUT_SEAT = frozenset({"lock", "unlock", "together"})


def _for_host(request: HttpRequest, session_id: int, staff: Staff | None, what: str) -> Answer:
    if staff is None:
        raise Http404
    given: dict[str, Any] = {}
    if what not in _WITHOUT_SEAT:
        given["seat_id"] = number_of(request.POST.get("seat", "")) or 0
    if what == "admit":
        given |= {"document": request.POST.get("document", ""), "matches": request.POST.get("agrees") == "yes"}
    _HOSTS[what](session_id=session_id, staff=staff, now=clock.now(), **given)
    return {}
