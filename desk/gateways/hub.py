"""One listener per process for all its live screens: wake-ups from Redis, and a safety net from the database.

The database is the feed: a record's version. Redis only says where to look, so whatever is lost there is found by
the sweep, which asks for the versions of all watched records in one query every two seconds.
"""

import asyncio
import json
import logging
import random
import signal
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from redis.exceptions import RedisError

from collections_app.services.feed import CHANNEL
from desk.selectors import versions

SWEEP_SECONDS = 2.0
# A list may gain rows that nobody watches yet; a lost wake-up of such a row is mended this often.
LIST_SECONDS = 30.0
QUEUE_LENGTH = 256
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Watch:
    """One open screen: what it watches, and what it has not been told yet."""

    records: set[int]
    branches: set[int] | None
    limit: int = QUEUE_LENGTH
    closed: str = ""
    _items: deque[dict[str, int]] = field(default_factory=deque)
    _filled: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, item: dict[str, int]) -> None:
        """Queue one item; a screen that does not keep up is closed, never silently left behind."""
        if len(self._items) >= self.limit:
            self.close("overflow")
            return
        self._items.append(item)
        self._filled.set()

    def close(self, reason: str) -> None:
        """End the stream; the screen reconnects and is told the current versions."""
        self.closed = self.closed or reason
        self._filled.set()

    async def wait(self, seconds: float) -> list[dict[str, int]]:
        """Return what has come in, waiting at most so long for it."""
        try:
            # Not wait_for: before Python 3.12 it may swallow the cancelling of its task, which then never ends.
            async with asyncio.timeout(seconds):
                await self._filled.wait()
        except TimeoutError:
            return []
        items = list(self._items)
        self._items.clear()
        self._filled.clear()
        return items

    def lists(self, branch: int) -> bool:
        """Return whether this screen shows a list in which a record of that branch may stand."""
        return self.branches is None or branch in self.branches


class Hub:
    """The watches of one event loop, and the two tasks that feed them while there are any."""

    def __init__(self, *, sweep_seconds: float = SWEEP_SECONDS, redis_url: str = "") -> None:
        self.hears = False
        self._watches: set[Watch] = set()
        self._known: dict[int, int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._sweep_seconds = sweep_seconds
        self._redis_url = redis_url or settings.REDIS_URL
        self._look_now = asyncio.Event()

    @asynccontextmanager
    async def watch(self, *, records: Iterable[int], branches: Iterable[int] | None) -> AsyncIterator[Watch]:
        """Watch records and lists from now on; ``branches`` of None means every list."""
        watch = Watch(set(records), None if branches is None else set(branches))
        self._watches.add(watch)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._sweep())]
        try:
            yield watch
        finally:
            self._watches.discard(watch)
            if not self._watches:
                await self._rest()

    def close(self, reason: str) -> None:
        """End every stream of this process."""
        for watch in list(self._watches):
            watch.close(reason)

    async def _rest(self) -> None:
        tasks, self._tasks, self.hears = self._tasks, [], False
        self._known.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        wait = 0.5
        while True:
            client = redis.asyncio.Redis.from_url(self._redis_url, socket_connect_timeout=2, health_check_interval=5)
            pubsub = client.pubsub()
            try:
                await pubsub.subscribe(CHANNEL)
                self.hears, wait = True, 0.5
                # Whatever was said before we listened is found by looking once.
                self._look_now.set()
                async for message in pubsub.listen():
                    if message["type"] == "message":
                        self._heard(message["data"])
            except (RedisError, OSError) as error:
                if self.hears:
                    _log.warning("live screens fall back to the safety net: %s", error)
            finally:
                self.hears = False
                await _quietly(pubsub.aclose)
                await _quietly(client.aclose)
            await asyncio.sleep(wait * (0.5 + random.random()))  # noqa: S311  spreading, not secrecy
            wait = min(wait * 2, 4)

    def _heard(self, data: bytes) -> None:
        try:
            body = json.loads(data)
            if "inbox" in body:
                self._tell_inboxes()
                return
            record, version, branch = int(body["customer"]), int(body["version"]), int(body["branch"])
        except (ValueError, KeyError, TypeError):
            _log.warning("a wake-up that is none: %r", data[:80])
            return
        self._tell_record(record, version)
        for watch in self._watches:
            if watch.lists(branch):
                watch.tell({"list": branch})

    def _tell_inboxes(self) -> None:
        for watch in list(self._watches):
            watch.tell({"inbox": 1})

    def _tell_record(self, record: int, version: int) -> None:
        if self._known.get(record, 0) < version:
            self._known[record] = version
        for watch in list(self._watches):
            if record in watch.records:
                watch.tell({"record": record, "version": version})

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        lists_at = loop.time() + LIST_SECONDS
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._sweep_seconds):
                    await self._look_now.wait()
            self._look_now.clear()
            watched = set().union(*(watch.records for watch in self._watches)) if self._watches else set()
            try:
                found = await sync_to_async(versions.current, thread_sensitive=False)(watched) if watched else {}
            except Exception:  # noqa: BLE001  a database that is away must not end the net; the screens hear no state
                _log.exception("the safety net could not look")
                continue
            for record, version in found.items():
                if version > self._known.get(record, 0):
                    self._tell_record(record, version)
            if not self.hears or loop.time() >= lists_at:
                lists_at = loop.time() + LIST_SECONDS
                self._tell_inboxes()
                for watch in list(self._watches):
                    if watch.branches is None or watch.branches:
                        watch.tell({"list": 0})


async def _quietly(close: Callable[[], Any]) -> None:
    with suppress(RedisError, OSError, RuntimeError):
        await close()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running event loop, made on first use."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
        _end_with_the_process(loop, _hubs[loop])
    return _hubs[loop]


def close_all(reason: str) -> None:
    """End every stream of this process, from whatever thread; servers run inside tests stop by it."""
    for loop, each in list(_hubs.items()):
        if loop.is_running():
            loop.call_soon_threadsafe(each.close, reason)


def _end_with_the_process(loop: asyncio.AbstractEventLoop, of: Hub) -> None:
    """End the streams when the server is told to stop; it would wait for them otherwise."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if not callable(before):
            continue

        def stop(got: int, frame: FrameType | None, before: Callable[[int, FrameType | None], Any] = before) -> None:
            loop.call_soon_threadsafe(of.close, "shutdown")
            before(got, frame)

        signal.signal(number, stop)
