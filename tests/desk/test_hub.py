"""The listener behind the live screens ends when the last screen has gone, at whatever instant that is."""

import asyncio
from typing import Any

import pytest

from desk.gateways import hub as hubs
from desk.selectors import versions
from tests.desk.test_live import in_a_thread


def test_it_ends_whenever_the_last_screen_goes(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while it connects: its client of Redis may take the first word to stop for nothing."""
    monkeypatch.setattr(versions, "current", lambda watched: {})
    monkeypatch.setattr(versions, "incidents", lambda: "")

    async def screen(hub: hubs.Hub) -> None:
        async with hub.watch(records=[1], branches=[1]) as watch:
            await watch.wait(60)

    async def story() -> None:
        for number in range(40):
            hub = hubs.Hub()
            reader = asyncio.create_task(screen(hub))
            await asyncio.sleep(number / 4000)
            reader.cancel()
            _, late = await asyncio.wait([reader], timeout=5)
            assert not late
        assert asyncio.all_tasks() == {asyncio.current_task()}

    in_a_thread(lambda: asyncio.run(story()))
