"""How old the core's data may be."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from collections_app.domain.freshness import freshness, oldest_fresh_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("clock", "oldest"),
    [
        ((7, 29, 59), date(2026, 11, 18)),
        ((7, 30, 0), date(2026, 11, 19)),
        ((0, 0, 0), date(2026, 11, 18)),
        ((23, 59, 59), date(2026, 11, 19)),
    ],
)
def test_the_file_of_the_night_is_due_at_half_past_seven(clock: tuple[int, int, int], oldest: date) -> None:
    """Before 07:30 the day before yesterday will do; from then on it must be yesterday's or today's."""
    assert oldest_fresh_day(now=datetime(2026, 11, 20, *clock, tzinfo=SHANGHAI), zone=SHANGHAI) == oldest


@pytest.mark.parametrize(
    ("as_of", "fresh"),
    [
        (date(2026, 11, 18), False),
        (date(2026, 11, 19), True),
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (None, False),
    ],
)
def test_only_yesterday_and_today_are_fresh_by_day(as_of: date | None, fresh: bool) -> None:
    """No data and data of a day to come are never fresh; the answer names the limit."""
    found = freshness(as_of=as_of, now=datetime(2026, 11, 20, 10, tzinfo=SHANGHAI), zone=SHANGHAI)
    assert (found.fresh, found.as_of, found.oldest) == (fresh, as_of, date(2026, 11, 19))
