"""What every test may lean on: a frozen clock. (A request that asks once per row fails in its middleware.)"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

pytest_plugins = ["tests.browsing", "tests.emptying", "tests.pictures"]

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Friday, within contact hours.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def now() -> Iterator[datetime]:
    """Freeze the clock at 10:00 on Friday 20 November 2026 in Shanghai, and return that moment."""
    with time_machine.travel(NOW, tick=False):
        yield NOW
