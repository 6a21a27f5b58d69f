"""What every test may lean on: a frozen clock, and a fence against N+1 queries."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
import zeal

pytest_plugins = ["tests.browsing"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Friday, within contact hours.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Freeze the clock at 10:00 on Friday 20 November 2026 in Shanghai, and return that moment."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture(autouse=True)
def no_n_plus_one(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that asks the database once per row.

    A test that sends requests is watched request by request, by the middleware: two requests may well
    ask for the same session.
    """
    if {"client", "live_url"} & set(request.fixturenames):
        yield
        return
    with zeal.zeal_context():
        yield
