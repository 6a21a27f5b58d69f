"""Customers who look at their page: each over one connection, again as soon as it has come."""

import asyncio
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

PATH = "/r/account/"
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
# What both pages say once they were shown whole: the link back to themselves.
_WHOLE = b'href="/r/account/"'


@dataclass
class Load:
    """What customers at once saw: how long each page took, and how many came in a second."""

    seconds: float
    taken: list[float] = field(default_factory=list)
    page_bytes: int = 0
    spent: float = 0.0

    @property
    def pages(self) -> int:
        return len(self.taken)

    @property
    def rps(self) -> float:
        """Pages in a second."""
        return len(self.taken) / self.seconds

    @property
    def p50_ms(self) -> float:
        """Median time of a page in milliseconds."""
        return 1000 * statistics.median(self.taken)

    @property
    def p95_ms(self) -> float:
        """The time in milliseconds that 95 of 100 pages kept."""
        return 1000 * statistics.quantiles(self.taken, n=20)[-1]


def ask_at_once(port: int, cookies: Sequence[str], *, seconds: float) -> Load:
    """Let every cookie's customer ask for the page for so long. Raise RuntimeError when one is not shown whole."""
    load = Load(seconds)
    asyncio.run(_all(port, cookies, load))
    return load


async def _all(port: int, cookies: Sequence[str], load: Load) -> None:
    end = time.perf_counter() + load.seconds
    async with asyncio.TaskGroup() as group:
        for cookie in cookies:
            group.create_task(_one(port, cookie, load, end))


async def _one(port: int, cookie: str, load: Load, end: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept-Language: zh-CN\r\n\r\n".encode()
    while (began := time.perf_counter()) < end:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        taken = time.perf_counter() - began
        if not head.startswith(b"HTTP/1.1 200") or _WHOLE not in body:
            raise RuntimeError(f"the page was not shown: {head[:200]!r}")
        load.page_bytes = len(body)
        load.taken.append(taken)
    writer.close()
