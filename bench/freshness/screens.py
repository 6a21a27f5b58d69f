"""Screens without a browser: each holds the stream of one record and fetches its fragment, as the page's scripts do."""

import asyncio
import json
import random
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field

VERSION = re.compile(rb'data-main-record[^>]*data-version="(\d+)"|data-version="(\d+)"[^>]*data-main-record')
# Polling by so many may keep one server busy for longer than its interval.
TIMEOUT_SECONDS = 120
# As live-feed.js has them.
LONGEST_WAIT_SECONDS = 8.0
SILENCE_SECONDS = 6.0


@dataclass
class Screen:
    """One open record page: whose it is, which record it shows, and when it first held each version.

    ``ports`` are those for pages and for streams. ``refused`` counts the fetches for which the server had no time.
    """

    ports: tuple[int, int]
    cookie: str
    record: int
    path: str
    held: dict[int, float] = field(default_factory=dict)
    version: int = 0
    named: int = 0
    fetched: int = 0
    returned: int = 0
    refused: int = 0
    stated: asyncio.Event = field(default_factory=asyncio.Event)

    async def _open(self, path: str, *, accept: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        pages, streams = self.ports
        port = streams if path.startswith("/live/") else pages
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\nAccept: {accept}\r\n"
            "HX-Request: true\r\nX-Passive: 1\r\nConnection: close\r\n\r\n"
        )
        writer.write(request.encode())
        return reader, writer

    async def fetch(self) -> None:
        """Fetch the fragment once, and note when it came with which version; or that the server had no time."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reader, writer = await self._open(self.path, accept="text/html")
            answer = await reader.read()
            writer.close()
        if answer.startswith(b"HTTP/1.1 503"):
            self.refused += 1
            return
        found = VERSION.search(answer)
        if not answer.startswith(b"HTTP/1.1 200") or found is None:
            raise RuntimeError(f"{self.path} answered {answer[:200]!r}")
        self.fetched += 1
        self.version = max(self.version, int(found[1] or found[2]))
        self.held.setdefault(self.version, time.time())

    async def live(self) -> None:
        """Hold the stream, and come again when it ends, until cancelled: live-feed.js."""
        failures = 0
        while True:
            if await self._listen():
                failures = 0
            wait = min(2.0**failures, LONGEST_WAIT_SECONDS)
            failures += 1
            self.returned += 1
            await asyncio.sleep(wait * random.uniform(0.5, 1.5))

    async def _listen(self) -> bool:
        """Follow one stream to its end, and return whether it said anything. Raise RuntimeError when signed out."""
        spoke, fetching = False, None
        try:
            reader, writer = await self._open(
                f"/live/?records={self.record}:{self.version}&list=", accept="text/event-stream"
            )
        except OSError:
            return False
        try:
            while line := await _line(reader):
                if not line.startswith(b"data: "):
                    continue
                spoke = True
                told = json.loads(line[6:])
                if told.get("reason") == "signed_out":
                    raise RuntimeError("the screen was signed out")
                self.named = max(self.named, told.get("records", {}).get(str(self.record), 0), told.get("version", 0))
                if self.named > self.version and (fetching is None or fetching.done()):
                    fetching = asyncio.create_task(self._catch_up())
            return spoke
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return spoke
        finally:
            writer.close()
            if fetching is not None:
                await fetching

    async def _catch_up(self) -> None:
        """Fetch until what is held is as new as what was named; one request at a time: live.js."""
        while self.named > self.version:
            refused = self.refused
            await self.fetch()
            if self.refused > refused:
                await asyncio.sleep(1)
        self.stated.set()

    async def poll(self, *, first: float, every: float) -> None:
        """Fetch every so many seconds from a moment on, until cancelled; never two at a time."""
        await asyncio.sleep(first)
        while True:
            began = time.monotonic()
            with suppress(TimeoutError):
                await self.fetch()
                self.stated.set()
            await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))


async def _line(reader: asyncio.StreamReader) -> bytes:
    # Not asyncio.wait_for: before Python 3.12 it may swallow the end of its task, which then would listen for ever.
    async with asyncio.timeout(SILENCE_SECONDS):
        return await reader.readline()


def delays_ms(screens: list[Screen], commits: list[tuple[int, int, float]], *, end: float) -> list[float]:
    """Return, for each commit (record, version, moment) and each screen of the record, how long it took in ms.

    A screen that jumped over a version held it with the next one. One that never came so far counts until the end.
    """
    by_record: dict[int, list[Screen]] = {}
    for screen in screens:
        by_record.setdefault(screen.record, []).append(screen)
    found = []
    for record, version, moment in commits:
        for screen in by_record.get(record, []):
            moments = [at for held, at in screen.held.items() if held >= version]
            found.append(max(0.0, (min(moments, default=end) - moment) * 1000))
    return found
