"""Quiet hours by the clock on the customer's wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.domain.quiet_hours import QuietHours, UnknownZoneError, zone_of

START = datetime(2025, 1, 1, tzinfo=UTC)
NIGHT = QuietHours(time(22), time(8))
SIESTA = QuietHours(time(12), time(14))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        (time(21, 59, 59, 999_999), False),
        (time(22, 0, 0), True),
        (time(0, 0), True),
        (time(7, 59, 59, 999_999), True),
        (time(8, 0, 0), False),
        (time(12, 0), False),
    ],
)
def test_the_first_instant_is_quiet_and_the_last_is_not(clock: time, quiet: bool) -> None:
    """22:00:00 is inside, 08:00:00 is outside."""
    assert NIGHT.cover(clock) is quiet


def test_hours_within_one_day_do_not_wrap() -> None:
    """From noon to two is quiet, the rest of the day is not."""
    assert [SIESTA.cover(time(hour)) for hour in (11, 12, 13, 14)] == [False, True, True, False]


def test_the_customers_own_wall_counts() -> None:
    """At 10:00 in Shanghai it is 21:00 in New York: quiet there under hours from 21:00, not here."""
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    hours = QuietHours(time(21), time(8))
    assert hours.until(now=now, zone=SHANGHAI) is None
    assert hours.until(now=now, zone=NEW_YORK) == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


def test_before_midnight_the_end_is_tomorrow_and_after_midnight_today() -> None:
    """Both nights' halves end at the same morning."""
    end = datetime(2026, 11, 21, 8, tzinfo=SHANGHAI)
    assert NIGHT.until(now=datetime(2026, 11, 20, 22, tzinfo=SHANGHAI), zone=SHANGHAI) == end
    assert NIGHT.until(now=datetime(2026, 11, 21, 3, tzinfo=SHANGHAI), zone=SHANGHAI) == end


def test_a_night_with_a_clock_change_ends_by_the_wall() -> None:
    """In the night to 1 November 2026 New York's clocks go back: 08:00 is an hour later in UTC."""
    now = datetime(2026, 10, 31, 23, tzinfo=NEW_YORK)
    assert NIGHT.until(now=now, zone=NEW_YORK) == datetime(2026, 11, 1, 13, tzinfo=UTC)


def test_an_end_that_comes_twice_is_the_next_one() -> None:
    """01:30 comes twice on 1 November: whoever asks between the two waits for the second."""
    early = QuietHours(time(23), time(1, 30))
    between = datetime(2026, 11, 1, 1, 10, tzinfo=NEW_YORK, fold=1)
    assert early.until(now=between, zone=NEW_YORK) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_hours_without_length_are_refused() -> None:
    """Nobody can tell whether they mean all day or never."""
    with pytest.raises(ValueError, match="same time"):
        QuietHours(time(8), time(8))


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_zone_is_an_error_of_its_own(name: str) -> None:
    """The permit fails closed on it."""
    with pytest.raises(UnknownZoneError):
        zone_of(name)


def test_a_known_zone_is_found() -> None:
    """By its name."""
    assert zone_of("Asia/Shanghai") == SHANGHAI


_times = st.times().filter(lambda clock: clock.tzinfo is None)


@given(
    begins=_times,
    ends=_times,
    now=st.integers(0, 3 * 365 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds)),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"]),
)
def test_the_end_is_ahead_and_outside(begins: time, ends: time, now: datetime, zone: str) -> None:
    """Whatever the hours, zone and clock change: the end is still to come, within two days, and not quiet."""
    if begins == ends:
        return
    hours, there = QuietHours(begins, ends), ZoneInfo(zone)
    until = hours.until(now=now, zone=there)
    if until is None:
        assert not hours.cover(now.astimezone(there).time())
    else:
        assert now < until <= now + timedelta(hours=49)
        # A clock change may turn the wall back into quiet hours just after, but never at the end itself.
        assert hours.until(now=until, zone=there) is None or until.astimezone(there).time() != ends
