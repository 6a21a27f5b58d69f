"""One listener per process for the streams of video rooms: a word from Redis that a room has something new.

The rows are what is told; the word only says when to look. A stream that hears none looks every other second.
"""

import asyncio
import json
import logging
import random
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from collections_app.gateways.endings import end_all, to_the_end

CHANNEL = "onecase.rooms"
_log = logging.getLogger(__name__)


class RoomHub:
    """The open streams of one event loop, by room, and the task that wakes them while there are any."""

    def __init__(self, *, redis_url: str = "") -> None:
        self._bells: dict[int, set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None
        self._redis_url = redis_url or settings.REDIS_URL
        self.closed = False

    @asynccontextmanager
    async def bell(self, room_id: int) -> AsyncIterator[asyncio.Event]:
        """Give a bell that rings whenever the room has something new, until it is left."""
        rings = asyncio.Event()
        self._bells.setdefault(room_id, set()).add(rings)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        try:
            yield rings
        finally:
            self._bells[room_id].discard(rings)
            if not self._bells[room_id]:
                del self._bells[room_id]
            if not self._bells and self._listener is not None:
                listener, self._listener = self._listener, None
                await asyncio.shield(asyncio.create_task(end_all([listener])))

    def ring(self, room_id: int | None = None) -> None:
        """Ring the bells of a room, or all of them."""
        for known, bells in self._bells.items():
            if room_id in {None, known}:
                for each in bells:
                    each.set()

    def close(self) -> None:
        """Let every stream of this process end: the server stops."""
        self.closed = True
        self.ring()

    async def _listen(self) -> None:
        wait = 0.5
        while True:
            client = redis.asyncio.Redis.from_url(self._redis_url, socket_connect_timeout=2, health_check_interval=5)
            pubsub = client.pubsub()
            try:
                await pubsub.subscribe(CHANNEL)
                wait = 0.5
                # Whatever was said before we listened is found by looking once.
                self.ring()
                async for message in pubsub.listen():
                    if message["type"] == "message":
                        self._heard(message["data"])
            except (RedisError, OSError) as error:
                _log.warning("video rooms fall back to looking every other second: %s", error)
            finally:
                await to_the_end(pubsub.aclose, client.aclose)
            await asyncio.sleep(wait * (0.5 + random.random()))  # noqa: S311  spreading, not secrecy
            wait = min(wait * 2, 4)

    def _heard(self, data: bytes) -> None:
        try:
            self.ring(int(json.loads(data)["room"]))
        except (ValueError, KeyError, TypeError):
            _log.warning("a wake-up of a room that is none: %r", data[:80])


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, RoomHub] = WeakKeyDictionary()


def room_hub() -> RoomHub:
    """Return the hub of the running event loop, made on first use."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = RoomHub()
        _end_with_the_process(loop, _hubs[loop])
    return _hubs[loop]


def _end_with_the_process(loop: asyncio.AbstractEventLoop, of: RoomHub) -> None:
    """End the streams when the server is told to stop; it would wait for them otherwise."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if not callable(before):
            continue

        def stop(got: int, frame: FrameType | None, before: Callable[[int, FrameType | None], Any] = before) -> None:
            loop.call_soon_threadsafe(of.close)
            before(got, frame)

        signal.signal(number, stop)
