"""The listener behind the live screens ends when the last screen has gone, at whatever instant that is."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator

import pytest

from collections_app.gateways import endings
from desk.gateways import hub as hubs
from desk.gateways.watches import Watch
from desk.selectors import versions
from desk.views import live
from tests.desk.test_live import in_a_thread


@pytest.fixture(autouse=True)
def nothing_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is dropped here is looked for again and again, and not among all that other tests have left.
    gc.freeze()
    # How long a task that swallowed the word is left alone: half of the instants tried here.
    monkeypatch.setattr(endings, "REST_SECONDS", 0.02)
    monkeypatch.setattr(versions, "look", lambda records, people, **now: versions.Look({}, "", {}))


async def screen(hub: hubs.Hub) -> None:
    """Watch as an open screen does, until told to stop."""
    async with hub.watch(records=[1], branches=[1]) as watch:
        await watch.wait(60)


def test_it_ends_whenever_the_last_screen_goes() -> None:
    """Also while it connects: its client of Redis may take the first word to stop for nothing."""

    async def story() -> None:
        for number in range(0, 40, 2):
            hub = hubs.Hub()
            reader = asyncio.create_task(screen(hub))
            await asyncio.sleep(number / 4000)
            reader.cancel()
            _, late = await asyncio.wait([reader], timeout=5)
            assert not late
        # What watched over the end of the last one has a turn of the loop left to go.
        async with asyncio.timeout(5):
            while asyncio.all_tasks() != {asyncio.current_task()}:
                await asyncio.sleep(0)

    in_a_thread(lambda: asyncio.run(story()))


def test_it_ends_although_the_last_screen_is_told_twice() -> None:
    """A server that stops cancels a stream that is ending already; nothing is left behind half ended."""

    async def story() -> None:
        for number in range(0, 40, 2):
            reader = asyncio.create_task(screen(hubs.Hub()))
            await asyncio.sleep(number / 4000)
            reader.cancel()
            await asyncio.sleep(0)
            reader.cancel()
            await asyncio.wait([reader], timeout=5)
            gc.collect()
        async with asyncio.timeout(5):
            while len(asyncio.all_tasks()) > 1:
                await asyncio.sleep(0.01)

    in_a_thread(lambda: asyncio.run(story()))


def test_the_end_of_the_loop_ends_it_too() -> None:
    """Whatever instant the loop ends at, it neither hangs nor drops the listener in the middle of its work."""

    async def story(seconds: float) -> None:
        task = asyncio.create_task(screen(hubs.Hub()))
        await asyncio.sleep(seconds)
        if seconds > 0.005:
            task.cancel()
            await asyncio.sleep(0)

    for number in range(0, 40, 2):
        in_a_thread(lambda seconds=number / 4000: asyncio.run(story(seconds)))
    gc.collect()


def test_the_end_of_the_loop_ends_it_although_nobody_has_closed_the_last_stream() -> None:
    """A stream that is left where it stood ends after all tasks: each of them must have ended at one word."""

    async def left(hub: hubs.Hub) -> AsyncIterator[None]:
        async with hub.watch(records=[1], branches=[1]):
            yield

    async def story(seconds: float) -> None:
        await anext(left_open := left(hubs.Hub()))
        streams.append(left_open)
        await asyncio.sleep(seconds)

    streams: list[AsyncIterator[None]] = []
    for number in range(50):
        in_a_thread(lambda seconds=number / 5_000: asyncio.run(story(seconds)))


def test_what_moves_a_thousand_times_is_said_once_and_ends_no_stream() -> None:
    """A file that is taken in moves every list; a screen that has not read yet is told of it once, and again later."""

    async def told() -> None:
        watch = Watch(set(), None)
        for version in range(1000):
            watch.tell({"list": 7})
            watch.tell({"board": 1})
            if version < 3:
                watch.tell({"record": 5, "version": version})
        assert [item for item in await watch.wait(1) if "record" not in item] == [{"list": 7}, {"board": 1}]
        assert not watch.closed
        watch.tell({"list": 7})
        assert await watch.wait(1) == [{"list": 7}]

    asyncio.run(told())


def test_a_wake_up_that_comes_behind_a_later_one_hides_nothing() -> None:
    """Two processes commit one after the other and say so the other way round: every screen hears of the newest."""

    async def story() -> None:
        hub = hubs.Hub(redis_url="redis://127.0.0.1:1/0")
        async with hub.watch(records=[1], branches=None) as watch:
            for version in (43, 42):
                hub._heard(json.dumps({"customer": 1, "version": version, "branch": 1}).encode())
            told = [item["version"] for item in await watch.wait(5) if "record" in item]
            assert told == [43, 43]
            # What the stream makes of several items about one record is the last.
            assert next(live._newest([{"record": 1, "version": version} for version in told]))["version"] == 43

    in_a_thread(lambda: asyncio.run(story()))


@pytest.mark.parametrize("turns", range(6))
def test_a_connection_is_closed_however_often_and_whenever_its_task_is_told_to_stop(turns: int) -> None:
    """Also when the end of the loop tells the closing itself before its first step."""
    closed: list[str] = []

    async def close(name: str) -> None:
        await asyncio.sleep(0)
        closed.append(name)

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await endings.to_the_end(lambda: close("subscription"), lambda: close("client"))

    async def story() -> bool:
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        task.cancel()
        for _turn in range(turns):
            await asyncio.sleep(0)
        for each in asyncio.all_tasks() - {asyncio.current_task()}:
            each.cancel()
        await asyncio.wait([task], timeout=5)
        return task.cancelled()

    assert asyncio.run(story())
    assert closed == ["subscription", "client"]


def test_what_redis_answers_to_a_close_ends_nothing() -> None:
    """A connection that is gone already is closed well enough."""

    async def gone() -> None:
        raise OSError("gone")

    asyncio.run(endings.to_the_end(gone, gone))
