"""How old the core's data may be before nobody may speak of amounts."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# The nightly file is expected by then (the bank's policy).
FILE_DUE_AT = time(7, 30)


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether data of one day may be used now, and the oldest day that may."""

    fresh: bool
    as_of: date | None
    oldest: date


def oldest_fresh_day(*, now: datetime, zone: ZoneInfo) -> date:
    """Return the oldest day the data may be of.

    Before 07:30 last night's file may still be on its way, so the day before yesterday will do; from
    07:30:00 it must be yesterday's or today's.
    """
    here = now.astimezone(zone)
    return here.date() - timedelta(days=1 if here.time() >= FILE_DUE_AT else 2)


def freshness(*, as_of: date | None, now: datetime, zone: ZoneInfo) -> Freshness:
    """Return whether data of that day are fresh. Data of no day, or of a day to come, never are."""
    oldest = oldest_fresh_day(now=now, zone=zone)
    fresh = as_of is not None and oldest <= as_of <= now.astimezone(zone).date()
    return Freshness(fresh, as_of, oldest)
