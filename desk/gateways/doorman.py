"""Asks whether the readers of streams may still read: for all who wait at once, in one look at the database."""

import asyncio

from asgiref.sync import sync_to_async
from django.utils import timezone

from desk.selectors import versions

# So many in one look: those behind them are not kept waiting for long.
MOST_AT_ONCE = 50


class Doorman:
    """Collects the questions of one event loop's streams while the answers to those before are fetched.

    After a restart of the server all screens come within seconds, and ask again together ever after.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[versions.Reader, asyncio.Future[dict[int, versions.Standing] | None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def ask(self, *, staff_id: int, session_key: str, ids: set[int]) -> dict[int, versions.Standing] | None:
        """Return how far those records that the reader may see have come, or None when they are signed out.

        Raise what the database raises.
        """
        answer: asyncio.Future[dict[int, versions.Standing] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((versions.Reader(staff_id, session_key, frozenset(ids)), answer))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                # Sessions live by the wall clock (the idle time-out writes it), whatever ONECASE_NOW says.
                found = await sync_to_async(versions.allowed, thread_sensitive=False)(
                    [reader for reader, _answer in asked], now=timezone.now()
                )
            except Exception as error:  # noqa: BLE001  whoever asked is told
                for _reader, answer in asked:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_reader, answer), known in zip(asked, found, strict=True):
                if not answer.done():
                    answer.set_result(known)
