"""The live feed: tells a screen which version each record it shows is at."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import Error as DatabaseAway
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from collections_app.models import Staff
from collections_app.services import clock
from desk.gateways.hub import Hub, hub
from desk.selectors import versions

# As live-feed.js has it.
MOST_RECORDS = 600
BEAT_SECONDS = 2.0
# How often a stream proves again that its reader may read.
RECHECK_SECONDS = 20.0
_log = logging.getLogger(__name__)


@require_GET
async def live(request: HttpRequest) -> HttpResponseBase:
    """Stream ``state`` once, then the rest of docs/live-screen.md for ``?records=17,18&list=all&boards=1``.

    The current versions are stated on every connect, so nothing is missed whatever was lost in between. A server
    without ASGI states them once and ends; the screen asks again every two seconds.
    """
    user = await request.auser()
    if not isinstance(user, Staff):
        return HttpResponse(status=401)
    asked, left = _ids(request.GET.get("records", ""))
    session_key = request.session.session_key or ""
    branches = await sync_to_async(versions.listed_branches)(staff=user, asked=request.GET.get("list", ""))
    if isinstance(request, ASGIRequest):
        boards = request.GET.get("boards") == "1"
        body: Any = _stream(hub(), user.id, session_key, asked, branches, boards=boards, left=left)
    else:
        body = await sync_to_async(_once)(user.id, session_key, asked, left)
    response = StreamingHttpResponse(body, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _stream(
    source: Hub,
    staff_id: int,
    session_key: str,
    asked: set[int],
    branches: set[int] | None,
    *,
    boards: bool = False,
    left: Sequence[int] = (),
) -> AsyncIterator[str]:
    try:
        async with source.watch(records=asked, branches=branches, staff_id=staff_id, boards=boards) as watch:
            # Watching began before this look: what changes from here on is queued.
            known = await source.doorman.ask(staff_id=staff_id, session_key=session_key, ids=asked)
            if known is None:
                yield _line("bye", {"reason": "signed_out"})
                return
            watch.records &= known.keys()
            here = {record: who for record in known if (who := source.who(record))}
            now = await sync_to_async(versions.look, thread_sensitive=False)((), {staff_id}, now=clock.now())
            state = {
                **_how_far(known),
                "left": left,
                "here": here,
                "hears": source.hears,
                "sees": True,
                "incidents": now.incidents,
                "call": now.calls.get(staff_id, ""),
            }
            yield "retry: 2000\n" + _line("state", state)
            async for text in _changes(source, watch, staff_id, session_key):
                yield text
    except asyncio.CancelledError:
        # The reader has gone, or the server stops: either way there is nobody left to tell.
        return
    except DatabaseAway:
        # Whether the reader may still read cannot be known: they come again until it can.
        _log.warning("a stream ends: the database is away")
        yield _line("bye", {"reason": "database"})


async def _changes(source: Hub, watch: Any, staff_id: int, session_key: str) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    recheck_at = loop.time() + RECHECK_SECONDS
    while True:
        waited = await watch.wait(BEAT_SECONDS)
        # Watching began before the reader's scope was known: what was queued of other records is not told.
        items = [item for item in waited if item.get("record", item.get("presence", 0)) in {0, *watch.records}]
        if watch.closed:
            yield _line("bye", {"reason": watch.closed})
            return
        if loop.time() >= recheck_at:
            recheck_at = loop.time() + RECHECK_SECONDS
            known = await source.doorman.ask(staff_id=staff_id, session_key=session_key, ids=watch.records)
            if known is None:
                yield _line("bye", {"reason": "signed_out"})
                return
            watch.records &= known.keys()
        for item in _newest(items):
            if "sight" in item:
                yield _beat(source)
                continue
            if "presence" in item:
                yield _line("presence", {"record": item["presence"], "who": source.who(item["presence"])})
                continue
            yield _line(
                next(name for name in ("record", "list", "board", "inbox", "incidents", "call") if name in item), item
            )
        if not items:
            yield _beat(source)


def _beat(source: Hub) -> str:
    """A stream that goes on while the database is away says so: its screen is blind."""
    return _line("beat", {"hears": source.hears, "sees": source.sees})


def _newest(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Of several items about one record, or about lists, boards, inboxes or incidents, the last is enough."""
    latest = {_about(item): item for item in items}
    yield from latest.values()


def _about(item: dict[str, Any]) -> tuple[str, int]:
    name = next(iter(item))
    return name, item[name] if name in {"record", "presence"} else 0


def _how_far(known: Mapping[int, versions.Standing]) -> dict[str, Any]:
    """Return the version of each record, and the mark of what moves without one."""
    return {
        "records": {record: standing.version for record, standing in known.items()},
        "marks": {record: standing.mark for record, standing in known.items()},
    }


def _once(staff_id: int, session_key: str, asked: set[int], left: Sequence[int]) -> list[str]:
    reader = versions.Reader(staff_id, session_key, frozenset(asked))
    known = versions.allowed([reader], now=timezone.now())[0]
    if known is None:
        return [_line("bye", {"reason": "signed_out"})]
    now = versions.look((), {staff_id}, now=clock.now())
    state = {
        **_how_far(known),
        "left": left,
        "here": {},
        "hears": False,
        "sees": True,
        "incidents": now.incidents,
        "call": now.calls.get(staff_id, ""),
    }
    return [_line("state", state), _line("list", {"list": 0}), _line("board", {"board": 1})]


def _ids(text: str) -> tuple[set[int], list[int]]:
    """The records of ``17,18`` that the stream follows, and those beyond the most it does: the screen is told of them.

    What is no number is left out; so is what follows a colon.
    """
    parts = (part.partition(":")[0] for part in text.split(","))
    found = list(dict.fromkeys(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19))
    return set(found[:MOST_RECORDS]), found[MOST_RECORDS:]


def _line(event: str, data: dict[str, Any]) -> str:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"
