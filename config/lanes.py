"""So many requests of a web process are worked on at a time; those behind them wait in order, and not for ever.

Django gives every request under ASGI a thread of its own, and the thread opens a connection. Nothing bounds that: five
hundred screens that come at once ask the database for five hundred connections, of which it refuses most, and five
hundred threads share one interpreter, so that none of them ends. Here the threads are few and stay, and a request that
finds none free waits for its turn. One that has waited too long is told so and may come again.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext
from asgiref.typing import HTTPScope
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.utils.translation import gettext, gettext_noop, override

# Longer than a page may take, shorter than a browser, a proxy or a screen's script waits.
WAIT_SECONDS = 10.0
RETRY_SECONDS = 5
# What must be answered however many pages are asked for: the beginnings of streams, and whoever asks if we live.
NEVER_BEHIND_PAGES = ("/live/", "/healthz", "/readyz")
LANES_BESIDE = 4
# Nobody sends more in one request than five photographs of papers, but whoever takes in the core's file.
MOST_BYTES = 60 << 20
TAKES_FILES = "/intake/"
# What a form puts around the file it carries.
AROUND_A_FILE = 1 << 20
# For looks at the database that belong to no request: those of the live hub.
LOOKS = 4
BUSY = gettext_noop("Too many people are asking at once. Nothing was saved. Try again in a few seconds.")
TOO_LARGE = gettext_noop("This is larger than any page takes. Nothing was saved.")
_Call = Callable[[], Any]
_body: ContextVar[IO[bytes]] = ContextVar("body")


class BusyError(Exception):
    """No thread came free in time."""


class Lanes:
    """A number of threads, and the requests that wait for one, first come first served."""

    def __init__(self, number: int) -> None:
        self.lock = threading.RLock()
        self._free = deque(ThreadPoolExecutor(1, thread_name_prefix="lane") for _ in range(number))
        self._waiting: deque[Lane] = deque()

    def ask(self, lane: "Lane") -> None:
        """Give a request the next free thread, now or when its turn comes."""
        with self.lock:
            self._waiting.append(lane)
            self._serve()

    def back(self, thread: ThreadPoolExecutor) -> None:
        """Take a thread back for whoever waits longest."""
        with self.lock:
            # The one used last knows most tables.
            self._free.appendleft(thread)
            self._serve()

    def forget(self, lane: "Lane") -> bool:
        """Let a request wait no longer; return whether it was waiting."""
        with self.lock:
            if lane not in self._waiting:
                return False
            self._waiting.remove(lane)
            return True

    def _serve(self) -> None:
        while self._free and self._waiting:
            self._waiting.popleft().given(self._free.popleft())


class Lane(Executor):
    """The thread of one request: asked for at its first call, the same for all others until it is left."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._thread: ThreadPoolExecutor | None = None
        self._calls: list[tuple[Future[Any], _Call]] = []

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        """Run a call on the request's thread, once it has one."""
        future: Future[Any] = Future()
        bound = partial(call, *arguments, **named)
        with self._lanes.lock:
            if self._thread is not None:
                self._thread.submit(_run, future, bound)
                return future
            self._calls.append((future, bound))
            if len(self._calls) == 1:
                self._lanes.ask(self)
        return future

    def given(self, thread: ThreadPoolExecutor) -> None:
        """Begin on a thread that came free; the caller holds the lock."""
        self._thread = thread
        calls, self._calls = self._calls, []
        for future, call in calls:
            thread.submit(_run, future, call)

    def leave(self) -> None:
        """Give the thread back, or the place among those who wait; a later call asks anew."""
        self._give_up(None)
        with self._lanes.lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._lanes.back(thread)

    def give_up(self) -> None:
        """Wait no longer: whoever awaits a call of a request that has not begun gets BusyError."""
        self._give_up(BusyError())

    def _give_up(self, error: Exception | None) -> None:
        if not self._lanes.forget(self):
            return
        calls, self._calls = self._calls, []
        for future, _call in calls:
            if error is None:
                future.cancel()
            elif future.set_running_or_notify_cancel():
                future.set_exception(error)


def _run(future: "Future[Any]", call: _Call) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001  whoever awaits it is told
        future.set_exception(error)
    else:
        future.set_result(result)


class Bounded:
    """What a client sends, up to the most it may; beyond that it is as if it had gone, and nothing is begun."""

    def __init__(self, receive: Any, most: int) -> None:
        self._receive = receive
        self._left = most
        self.too_much = False

    async def receive(self) -> Any:
        """Return the next message, or that the client has gone."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.too_much = True
            return {"type": "http.disconnect"}
        return message


class Application(ASGIHandler):
    """Django's, with lanes. A stream gives its thread back as soon as it has begun."""

    def __init__(self) -> None:
        super().__init__()
        self._pages = Lanes(settings.LANES)
        self._beside = Lanes(LANES_BESIDE)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or say that there are too many. Raise ValueError for what is not HTTP."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            loop.set_default_executor(ThreadPoolExecutor(LOOKS, thread_name_prefix="look"))
        lane = Lane(self._beside if scope["path"].startswith(NEVER_BEHIND_PAGES) else self._pages)
        patience = loop.call_later(WAIT_SECONDS, lane.give_up)
        takes = Bounded(receive, settings.INTAKE_MAX_BYTES + AROUND_A_FILE if _takes_files(scope) else MOST_BYTES)
        try:
            async with ThreadSensitiveContext(executor=lane):
                await self.handle(scope, takes.receive, partial(_send, send, lane))
            if takes.too_much:
                await _refuse(scope, send, 413, TOO_LARGE)
        except BusyError:
            await _refuse(scope, send, 503, BUSY)
        finally:
            patience.cancel()
            lane.leave()
            # Django closes it only for a request that was begun.
            if (body := _body.get(None)) is not None:
                body.close()

    async def read_body(self, receive: Any) -> IO[bytes]:
        """Read the whole body, before any thread is asked for; raise RequestAborted when the sender goes away."""
        body: IO[bytes] = await super().read_body(receive)
        _body.set(body)
        return body


async def _send(send: Any, lane: Lane, message: Any) -> None:
    """Pass a message on; with the first of a stream the request's thread and its connection are given back."""
    await send(message)
    if message["type"] == "http.response.start" and _is_stream(message["headers"]):
        await asyncio.wrap_future(lane.submit(connections.close_all))
        lane.leave()


def _is_stream(headers: Any) -> bool:
    return any(name.lower() == b"content-type" and value == b"text/event-stream" for name, value in headers)


def _takes_files(scope: HTTPScope) -> bool:
    return scope["path"] == TAKES_FILES


async def _refuse(scope: HTTPScope, send: Any, status: int, sentence: str) -> None:
    """Say in both languages why the request was not begun; one that may come again is told when."""
    words = []
    for language in ("zh-hans", "en"):
        with override(language):
            words.append(gettext(sentence))
    body = "\n".join(words).encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if status == 503:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
