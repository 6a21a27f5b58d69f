"""Screens without a browser: each holds the stream of one record and fetches its fragment, as live.js does."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field

VERSION = re.compile(rb'data-main-record[^>]*data-version="(\d+)"|data-version="(\d+)"[^>]*data-main-record')
# Polling by so many may keep one server busy for longer than its interval.
TIMEOUT_SECONDS = 120


@dataclass
class Screen:
    """One open record page: whose it is, which record it shows, and when it first held each version."""

    port: int
    cookie: str
    record: int
    path: str
    held: dict[int, float] = field(default_factory=dict)
    version: int = 0
    fetched: int = 0
    stated: asyncio.Event = field(default_factory=asyncio.Event)

    async def _open(self, path: str, *, accept: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\nAccept: {accept}\r\n"
            "HX-Request: true\r\nX-Passive: 1\r\nConnection: close\r\n\r\n"
        )
        writer.write(request.encode())
        return reader, writer

    async def fetch(self) -> None:
        """Fetch the fragment once, and note when it came with which version."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reader, writer = await self._open(self.path, accept="text/html")
            answer = await reader.read()
            writer.close()
        found = VERSION.search(answer)
        if not answer.startswith(b"HTTP/1.1 200") or found is None:
            raise RuntimeError(f"{self.path} answered {answer[:200]!r}")
        self.fetched += 1
        self.version = int(found[1] or found[2])
        self.held.setdefault(self.version, time.time())

    async def live(self) -> None:
        """Hold the stream, and fetch whenever it names a newer version, until cancelled."""
        reader, writer = await self._open(f"/live/?records={self.record}:0&list=", accept="text/event-stream")
        try:
            while line := await reader.readline():
                if not line.startswith(b"data: "):
                    continue
                told = json.loads(line[6:])
                named = told.get("records", {}).get(str(self.record)) or told.get("version", 0)
                if named > self.version:
                    await self.fetch()
                self.stated.set()
            raise RuntimeError("the stream ended")
        finally:
            writer.close()

    async def poll(self, *, first: float, every: float) -> None:
        """Fetch every so many seconds from a moment on, until cancelled; never two at a time."""
        await asyncio.sleep(first)
        while True:
            began = time.monotonic()
            await self.fetch()
            self.stated.set()
            await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))


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
