"""However many ask at once, a web process works on a few at a time; the others wait, and not for ever."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path

from config import lanes
from config.lanes import Application

most_at_once: list[int] = []
threads: set[int] = set()
now_working = 0
guard = threading.Lock()


def page(request: HttpRequest) -> HttpResponse:
    global now_working
    with guard:
        now_working += 1
        most_at_once.append(now_working)
        threads.add(threading.get_ident())
    time.sleep(0.02)
    with guard:
        now_working -= 1
    return HttpResponse(b"answered")


async def stream(request: HttpRequest) -> HttpResponseBase:
    async def words() -> Any:
        yield "data: begun\n\n"
        await asyncio.sleep(60)

    return StreamingHttpResponse(words(), content_type="text/event-stream")


urlpatterns = [path("page/", page), path("stream/", stream), path("live/", page)]


@pytest.fixture
def two_lanes(settings: Any) -> Application:
    """A web process of two lanes, and of these views alone."""
    most_at_once.clear()
    threads.clear()
    settings.MIDDLEWARE, settings.ROOT_URLCONF, settings.LANES = [], __name__, 2
    return Application()


class Asked:
    """One request as a server puts it, and what came back."""

    def __init__(self, application: Application, address: str) -> None:
        self._application = application
        self._scope = {"type": "http", "method": "GET", "path": address, "headers": [], "query_string": b""}
        self._body_read = False
        self.messages: list[dict[str, Any]] = []
        self.said = asyncio.Event()

    async def _receive(self) -> dict[str, Any]:
        if self._body_read:
            await asyncio.sleep(60)
        self._body_read = True
        return {"type": "http.request", "body": b""}

    async def _send(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if message.get("body"):
            self.said.set()

    async def answer(self) -> "Asked":
        await self._application(self._scope, self._receive, self._send)
        return self

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def header(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])


def play(scene: Coroutine[Any, Any, None]) -> None:
    """Play a scene in a thread of its own: the browser tests leave an event loop running in the thread of the tests."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(asyncio.wait_for(scene, 20))).result()


def test_forty_at_once_are_answered_two_at_a_time(two_lanes: Application) -> None:
    """No request has a thread of its own, and so no connection beyond the few."""

    async def scene() -> None:
        asked = await asyncio.gather(*(Asked(two_lanes, "/page/").answer() for _ in range(40)))
        assert {each.status for each in asked} == {200}
        assert max(most_at_once) == 2
        assert len(threads) == 2

    play(scene())


def test_who_has_waited_too_long_is_told_when_to_come_again(
    two_lanes: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "WAIT_SECONDS", 0.05)

    async def scene() -> None:
        asked = await asyncio.gather(*(Asked(two_lanes, "/page/").answer() for _ in range(40)))
        refused = [each for each in asked if each.status == 503]
        # Whoever had begun is answered, whoever had not was not begun.
        assert len(refused) + len(most_at_once) == 40
        assert refused
        assert refused[0].header[b"retry-after"] == b"5"
        words = refused[0].messages[1]["body"].decode()
        assert "请过几秒再试" in words
        assert "Try again in a few seconds" in words
        assert (await Asked(two_lanes, "/page/").answer()).status == 200

    play(scene())


def test_what_no_page_takes_is_not_taken_in(two_lanes: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor kept on a disk, before anybody knows who sends it; the core's file alone may be large."""
    monkeypatch.setattr(lanes, "MOST_BYTES", 1000)
    monkeypatch.setattr(lanes, "TAKES_FILES", "/page/")

    class Sent(Asked):
        left = 2

        async def _receive(self) -> dict[str, Any]:
            if not self.left:
                await asyncio.sleep(60)
            self.left -= 1
            return {"type": "http.request", "body": b"x" * 600, "more_body": bool(self.left)}

    async def scene() -> None:
        for address, status in (("/live/", 413), ("/page/", 200)):
            asked = Sent(two_lanes, address)
            assert (await asked.answer()).status == status, address
            if status == 413:
                words = asked.messages[1]["body"].decode()
                assert "没有保存" in words
                assert "Nothing was saved" in words

    play(scene())


def test_an_open_stream_keeps_no_thread(two_lanes: Application) -> None:
    """More streams than lanes are open, and pages are answered."""

    before = threading.active_count()

    async def scene() -> None:
        streams = [Asked(two_lanes, "/stream/") for _ in range(6)]
        tasks = [asyncio.create_task(each.answer()) for each in streams]
        await asyncio.gather(*(each.said.wait() for each in streams))
        assert (await Asked(two_lanes, "/page/").answer()).status == 200
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # What a stream does as it ends took its turn too, and nothing is left behind.
        assert (await Asked(two_lanes, "/page/").answer()).status == 200
        assert threading.active_count() <= before + 6

    play(scene())


def test_who_goes_away_while_waiting_is_not_worked_on(two_lanes: Application) -> None:
    async def scene() -> None:
        tasks = [asyncio.create_task(Asked(two_lanes, "/page/").answer()) for _ in range(20)]
        await asyncio.sleep(0.01)
        for task in tasks[2:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (await Asked(two_lanes, "/page/").answer()).status == 200
        assert len(most_at_once) <= 5

    play(scene())


def test_a_stream_begins_however_many_pages_wait(two_lanes: Application) -> None:
    """A screen that waits for its feed would be blind."""

    async def scene() -> None:
        pages = [asyncio.create_task(Asked(two_lanes, "/page/").answer()) for _ in range(40)]
        await asyncio.sleep(0.01)
        assert (await Asked(two_lanes, "/live/").answer()).status == 200
        assert not all(task.done() for task in pages)
        await asyncio.gather(*pages)

    play(scene())
