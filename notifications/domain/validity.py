"""Until when a provider may still hand a message over: neither past its use nor into hours of silence."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Reports and clocks differ by seconds; what is handed over so close to the hour might ring after it.
SAFETY = timedelta(minutes=1)


def valid_until(
    *, expires_at: datetime, silences: Iterable[tuple[time, Iterable[ZoneInfo]]], now: datetime
) -> datetime:
    """Return the last moment a message claimed now may reach its handset, in UTC.

    ``silences`` are the hours at which silence begins, each with the zones it is told by; the first to come counts.
    """
    ends = [expires_at.astimezone(UTC)]
    for begins, zones in silences:
        ends.extend(_next(begins, zone, now) - SAFETY for zone in zones)
    return max(min(ends), now)


def _next(begins: time, zone: ZoneInfo, now: datetime) -> datetime:
    day = now.astimezone(zone).date()
    today = datetime.combine(day, begins, tzinfo=zone).astimezone(UTC)
    if today > now:
        return today
    return datetime.combine(day + timedelta(days=1), begins, tzinfo=zone).astimezone(UTC)
