"""The stream of a video room: how it stands, the signals for this seat, and what was written."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import Error as DatabaseAway
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from collections_app.domain.typed import number_of
from collections_app.models import Staff
from collections_app.services import clock
from collections_app.views.access import SESSION_COOKIE
from mediation.gateways.room_hub import RoomHub, room_hub
from mediation.models import RoomMessage, RoomSignal
from mediation.selectors import rooms as selectors
from mediation.selectors.rooms import Proof, Reading
from mediation.services import rooms

BEAT_SECONDS = 2.0
SEEN_EVERY_SECONDS = 4.0
# How often a stream proves again that its reader may read.
RECHECK_SECONDS = 20.0
_log = logging.getLogger(__name__)


@dataclass
class _Place:
    """Whose stream it is, and how far it has been told."""

    seat_id: int
    entry: int
    proof: Proof
    signal: int = 0
    message: int = 0
    said: str = ""


@require_GET
async def stream(request: HttpRequest, seat_id: int) -> HttpResponseBase:
    """Stream ``state`` and whatever it becomes, ``signal`` and ``message``, each with how far the reader has come.

    404 for everybody but the person of the seat. A server without ASGI tells once and ends; the screen asks again.
    """
    user = await request.auser()
    staff = user if isinstance(user, Staff) else None
    key = (request.session.session_key or "") if staff else ""
    proof = Proof(staff.pk if staff else 0, key, request.COOKIES.get(SESSION_COOKIE, ""))
    seat = await sync_to_async(selectors.seat_by_proof)(seat_id=seat_id, proof=proof, now=clock.now())
    if seat is None:
        return HttpResponse(status=404)
    told = request.headers.get("Last-Event-ID", request.GET.get("after", "")).partition(".")
    place = _Place(
        seat_id, number_of(request.GET.get("entry", "")) or 0, proof, number_of(told[0]) or 0, number_of(told[2]) or 0
    )
    body: Any = (
        _stream(room_hub(), seat.room_id, place)
        if isinstance(request, ASGIRequest)
        else await sync_to_async(_once)(place)
    )
    response = StreamingHttpResponse(body, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(hub: RoomHub, room_id: int, place: _Place) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    seen_at, proved_at = float("-inf"), loop.time()
    try:
        async with hub.bell(room_id) as bell:
            yield "retry: 1000\n\n"
            while not hub.closed:
                bell.clear()
                note, prove = loop.time() >= seen_at, loop.time() >= proved_at + RECHECK_SECONDS
                reading = await sync_to_async(_look, thread_sensitive=False)(place, note=note, prove=prove)
                if isinstance(reading, str):
                    yield _event(place, "bye", {"reason": reading})
                    return
                seen_at = loop.time() + SEEN_EVERY_SECONDS if note else seen_at
                proved_at = loop.time() if prove else proved_at
                lines = _lines(place, reading)
                yield "".join(lines) or _event(place, "beat", {})
                if reading.state["closed"]:
                    yield _event(place, "bye", {"reason": "closed"})
                    return
                try:
                    async with asyncio.timeout(BEAT_SECONDS):
                        await bell.wait()
                except TimeoutError:
                    continue
            yield _event(place, "bye", {"reason": "shutdown"})
    except asyncio.CancelledError:
        # The reader has gone, or the server stops: either way there is nobody left to tell.
        return
    except DatabaseAway:
        _log.warning("a stream of a room ends: the database is away")
        yield _event(place, "bye", {"reason": "database"})


def _look(place: _Place, *, note: bool, prove: bool) -> Reading | str:
    """Return what there is to tell, or the reason why nothing more is."""
    now = clock.now()
    try:
        if prove and selectors.seat_by_proof(seat_id=place.seat_id, proof=place.proof, now=now) is None:
            return "signed_out"
        if note:
            rooms.note_seen(seat_id=place.seat_id, now=now)
        found = selectors.read(
            seat_id=place.seat_id, entry=place.entry, after_signal=place.signal, after_message=place.message, now=now
        )
        return found or "elsewhere"
    finally:
        selectors.give_back()


def _once(place: _Place) -> list[str]:
    reading = _look(place, note=True, prove=False)
    if isinstance(reading, str):
        return [_event(place, "bye", {"reason": reading})]
    return _lines(place, reading)


def _lines(place: _Place, reading: Reading) -> list[str]:
    """Return what is new as events: first how the room stands, because signals are judged by it."""
    lines = []
    state = json.dumps(reading.state)
    if state != place.said:
        place.said = state
        lines.append(_event(place, "state", reading.state))
    for item in reading.signals:
        place.signal = item.pk
        lines.append(_event(place, "signal", _signal(item)))
    for message in reading.messages:
        place.message = message.pk
        lines.append(_event(place, "message", _message(message)))
    return lines


def _signal(item: RoomSignal) -> dict[str, Any]:
    return {"from": item.sender_id, "entry": item.sender_entry, "kind": item.kind, "body": item.body}


def _message(item: RoomMessage) -> dict[str, Any]:
    return {
        "id": item.pk, "from": item.author_id, "name": selectors.name_of(item.author), "text": item.text,
        "aside": item.aside_with_id is not None, "at": f"{localtime(item.at):%H:%M}",
    }  # fmt: skip


def _event(place: _Place, name: str, data: dict[str, Any]) -> str:
    return f"id: {place.signal}.{place.message}\nevent: {name}\ndata: {json.dumps(data)}\n\n"
