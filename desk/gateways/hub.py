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
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from redis.exceptions import RedisError

from collections_app.gateways.endings import end_all, to_the_end, until_told
from collections_app.services import clock
from collections_app.services.feed import CHANNEL
from desk.gateways import presence
from desk.gateways.doorman import Doorman
from desk.gateways.watches import Watch
from desk.selectors import people, versions

SWEEP_SECONDS = 2.0
# A list may gain rows that nobody watches yet; a lost wake-up of such a row is mended this often.
LIST_SECONDS = 30.0
# Who left without a word is found gone this often; several moves at once are looked at together.
PEOPLE_SECONDS = 5.0
PEOPLE_TOGETHER_SECONDS = 0.15
# Who has not been able to look for so long may have missed something, even if no error came back.
SIGHT_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Hub:
    """The watches of one event loop, and the two tasks that feed them while there are any."""

    def __init__(self, *, sweep_seconds: float = SWEEP_SECONDS, redis_url: str = "") -> None:
        self.hears = False
        self._looked_at = 0.0
        self._watches: set[Watch] = set()
        self._known: dict[int, versions.Standing] = {}
        # Not known before the first look.
        self._incidents: str | None = None
        self._calls: dict[int, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: set[asyncio.Task[None]] = set()
        self._sweep_seconds = sweep_seconds
        self._redis_url = redis_url or settings.REDIS_URL
        self._look_now = asyncio.Event()
        self._people = presence.People()
        self.doorman = Doorman()
        self._colleagues: dict[int, people.Colleague] = {}

    @asynccontextmanager
    async def watch(
        self, *, records: Iterable[int], branches: Iterable[int] | None, staff_id: int = 0, boards: bool = False
    ) -> AsyncIterator[Watch]:
        """Watch records, lists and boards from now on, for a person; ``branches`` of None means every list."""
        watch = Watch(set(records), None if branches is None else set(branches), staff_id, boards)
        self._watches.add(watch)
        if not self._tasks:
            # The first screen looks by itself as it begins.
            self._looked_at = asyncio.get_running_loop().time()
            work = (self._listen, self._sweep, self._follow_people)
            self._tasks = [asyncio.create_task(until_told(each)) for each in work]
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

    @property
    def sees(self) -> bool:
        """Whether the database has answered lately: a screen that is told of no change may believe it."""
        return asyncio.get_running_loop().time() - self._looked_at < SIGHT_SECONDS

    async def _rest(self) -> None:
        tasks, self._tasks, self.hears = self._tasks, [], False
        self._known.clear()
        self._incidents = None
        self._calls.clear()
        self._people.forget()
        self._colleagues.clear()
        # A task of its own: whoever is told to stop while they wait here would leave the others half ended, and the
        # loop, which holds no task firmly, would let them be collected in the middle of their work.
        ending = asyncio.create_task(end_all(tasks))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        await asyncio.shield(ending)

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
                self._people.moved.set()
                async for message in pubsub.listen():
                    if message["type"] == "message":
                        self._heard(message["data"])
            except (RedisError, OSError) as error:
                if self.hears:
                    _log.warning("live screens fall back to the safety net: %s", error)
            finally:
                self.hears = False
                await to_the_end(pubsub.aclose, client.aclose)
            await asyncio.sleep(wait * (0.5 + random.random()))  # noqa: S311  spreading, not secrecy
            wait = min(wait * 2, 4)

    def _heard(self, data: bytes) -> None:
        try:
            body = json.loads(data)
            if "inbox" in body:
                self._tell_inboxes()
                return
            if "board" in body:
                self._tell_boards()
                return
            if "call" in body:
                self._tell_call(int(body["call"]), str(body["stamp"]))
                return
            if "ended" in body:
                self._end(int(body["ended"]))
                return
            if "incidents" in body:
                self._tell_incidents(str(body["incidents"]))
                return
            if "look" in body:
                self._look_now.set()
                self._tell_lists()
                return
            if "here" in body:
                self._people.moved.set()
                return
            record, branch = int(body["customer"]), int(body["branch"])
            standing = versions.Standing(int(body["version"]), int(body.get("event", 0)))
        except (ValueError, KeyError, TypeError):
            _log.warning("a wake-up that is none: %r", data[:80])
            return
        self._tell_record(record, standing)
        for watch in self._watches:
            if watch.lists(branch):
                watch.tell({"list": branch})

    def _end(self, staff_id: int) -> None:
        for watch in list(self._watches):
            if watch.staff_id == staff_id:
                watch.close("signed_out")

    def _tell_call(self, staff_id: int, stamp: str) -> None:
        """Tell one person's screens, and nobody else's, which call is at their telephone."""
        if self._calls.get(staff_id, "") == stamp:
            return
        self._calls[staff_id] = stamp
        for watch in list(self._watches):
            if watch.staff_id == staff_id:
                watch.tell({"call": stamp})

    def _tell_inboxes(self) -> None:
        for watch in list(self._watches):
            watch.tell({"inbox": 1})

    def _tell_boards(self) -> None:
        for watch in list(self._watches):
            if watch.boards:
                watch.tell({"board": 1})

    def _tell_incidents(self, stamp: str) -> None:
        if stamp == self._incidents:
            return
        self._incidents = stamp
        for watch in list(self._watches):
            watch.tell({"incidents": stamp})

    def _lose_sight(self) -> None:
        """Tell every screen at once that nobody knows what is true now."""
        if self.sees:
            self._looked_at = float("-inf")
            self._tell_sight()

    def _tell_sight(self) -> None:
        for watch in list(self._watches):
            watch.tell({"sight": 1})

    def _tell_record(self, record: int, standing: versions.Standing) -> None:
        """Tell how far a record has come. A wake-up that comes behind a later one's must not hide that one."""
        standing = self._known[record] = standing.together(self._known.get(record, versions.Standing()))
        for watch in list(self._watches):
            if record in watch.records:
                watch.tell({"record": record, "version": standing.version, "mark": standing.mark})

    def _tell_lists(self) -> None:
        for watch in list(self._watches):
            if watch.branches is None or watch.branches:
                watch.tell({"list": 0})

    def who(self, record: int) -> list[dict[str, Any]]:
        """Return the people at a record now, those who write first; nobody while Redis is away."""
        at = sorted(self._people.at(record).items(), key=lambda each: (each[1] != "writing", each[0]))
        found = [(self._colleagues.get(person), doing) for person, doing in at]
        return [
            {
                "id": colleague.id,
                "zh": colleague.name_zh,
                "en": colleague.name_en,
                "department": colleague.department,
                "writing": doing == "writing",
            }
            for colleague, doing in found
            if colleague is not None
        ]

    async def _follow_people(self) -> None:
        client = redis.asyncio.Redis.from_url(self._redis_url, socket_connect_timeout=2, socket_timeout=2)
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(PEOPLE_SECONDS):
                        await self._people.moved.wait()
                    await asyncio.sleep(PEOPLE_TOGETHER_SECONDS)
                self._people.moved.clear()
                await self._look_for_people(client)
        finally:
            await to_the_end(client.aclose)

    async def _look_for_people(self, client: "redis.asyncio.Redis") -> None:
        try:
            moved = self._people.replace(await presence.places(client))
        except (RedisError, OSError):
            self._people.forget()
            return
        if strangers := self._people.people() - self._colleagues.keys():
            try:
                self._colleagues |= await sync_to_async(people.named, thread_sensitive=False)(strangers)
            except Exception:  # noqa: BLE001  without names nobody is shown; the next look asks again
                _log.exception("the names of colleagues could not be read")
        for watch in list(self._watches):
            for record in watch.records & set(moved):
                watch.tell({"presence": record})

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
                people_here = {watch.staff_id for watch in self._watches}
                found = await sync_to_async(versions.look, thread_sensitive=False)(
                    watched, people_here, now=clock.now()
                )
            except Exception:  # noqa: BLE001  a database that is away must not end the net; the screens hear no state
                _log.exception("the safety net could not look")
                self._lose_sight()
                continue
            again = not self.sees
            self._looked_at = loop.time()
            self._tell_incidents(found.incidents)
            for staff_id in people_here:
                self._tell_call(staff_id, found.calls.get(staff_id, ""))
            for record, standing in found.versions.items():
                if standing.is_beyond(self._known.get(record, versions.Standing())):
                    self._tell_record(record, standing)
            if again:
                self._tell_sight()
            if not self.hears or loop.time() >= lists_at:
                lists_at = loop.time() + LIST_SECONDS
                self._tell_inboxes()
                self._tell_boards()
                self._tell_lists()


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
