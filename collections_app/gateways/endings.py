"""How tasks of an event loop are ended, and their connections closed, when one may not listen the first time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine
from contextlib import suppress
from typing import Any

from redis.exceptions import RedisError

# How long a task may take to end before it is told again.
REST_SECONDS = 0.3
# The end of a loop tells each task once: a close that was told then is not told a second time.
TRIES_TO_CLOSE = 3


async def until_told(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do a piece of work in a task of its own, which ends when this one is told to stop.

    The end of a loop tells each task once and waits for all, for ever if one did not listen; streams that were left
    open come after them. So whoever is told once here tells the other until it has ended.
    """
    task = asyncio.create_task(work())
    try:
        await asyncio.wait([task])
    finally:
        await end_all([task])


async def end_all(tasks: Collection[asyncio.Task[None]]) -> None:
    """Tell tasks to stop until the last of them has ended."""
    again = False
    while pending := {task for task in tasks if not task.done()}:
        # Once is not enough: before Python 3.12 the client of Redis may swallow it (asyncio.wait_for). Who has just
        # been told by the end of the loop is left the time to end in order.
        for task in pending:
            if again or not task.cancelling():
                task.cancel()
        again = True
        # The end of the loop cancels this one too; it goes on until the last has ended.
        with suppress(asyncio.CancelledError):
            await asyncio.wait(pending, timeout=REST_SECONDS)


async def to_the_end(*closes: Callable[[], Awaitable[None]]) -> None:
    """Close connections of Redis to the end, however often this task is told to stop meanwhile.

    A close that is told to stop before its first step leaves its connection open, which is then collected in the
    middle of somebody else's work. So each is done in a task of its own; the end of the loop tells that one too, once,
    and it is done again.
    """
    told = False
    for close in closes:
        for _try in range(TRIES_TO_CLOSE):
            closing = asyncio.ensure_future(close())
            while not closing.done():
                try:
                    await asyncio.wait([closing])
                except asyncio.CancelledError:
                    told = True
            if not closing.cancelled():
                with suppress(RedisError, OSError, RuntimeError):
                    closing.result()
                break
    if told:
        raise asyncio.CancelledError
