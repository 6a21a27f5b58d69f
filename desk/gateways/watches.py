"""One open screen as the hub sees it: what it watches, and a bounded queue of what it has not been told."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

QUEUE_LENGTH = 256
# What only says that something has moved: said once, it stands for all that moved until the screen has read it.
_ONCE = ("list", "board", "inbox")


@dataclass(eq=False)
class Watch:
    """One open screen: what it watches, and what it has not been told yet."""

    records: set[int]
    branches: set[int] | None
    staff_id: int = 0
    boards: bool = False
    limit: int = QUEUE_LENGTH
    closed: str = ""
    _items: deque[dict[str, Any]] = field(default_factory=deque)
    _said: set[tuple[tuple[str, Any], ...]] = field(default_factory=set)
    _filled: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, item: dict[str, Any]) -> None:
        """Queue one item; a screen that does not keep up is closed, never silently left behind.

        A list, board or inbox that moves a thousand times while a file is taken in is one item.
        """
        if any(name in item for name in _ONCE):
            said = tuple(sorted(item.items()))
            if said in self._said:
                return
            self._said.add(said)
        if len(self._items) >= self.limit:
            self.close("overflow")
            return
        self._items.append(item)
        self._filled.set()

    def close(self, reason: str) -> None:
        """End the stream; the screen reconnects and is told the current versions."""
        self.closed = self.closed or reason
        self._filled.set()

    async def wait(self, seconds: float) -> list[dict[str, Any]]:
        """Return what has come in, waiting at most so long for it."""
        try:
            # Not wait_for: before Python 3.12 it may swallow the cancelling of its task, which then never ends.
            async with asyncio.timeout(seconds):
                await self._filled.wait()
        except TimeoutError:
            return []
        items = list(self._items)
        self._items.clear()
        self._said.clear()
        self._filled.clear()
        return items

    def lists(self, branch: int) -> bool:
        """Return whether this screen shows a list in which a record of that branch may stand."""
        return self.branches is None or branch in self.branches
