"""Quiet hours, by the clock on the customer's own wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class UnknownZoneError(ValueError):
    """A time zone that nobody knows: what time it is there cannot be told."""


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of that name. Raise UnknownZoneError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZoneError(name) from error


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when a customer is left in peace. The first instant is inside, the last is outside."""

    begins: time
    ends: time

    def __post_init__(self) -> None:
        """Refuse hours of no length, which might mean all day or never."""
        if self.begins == self.ends:
            raise ValueError("quiet hours begin and end at the same time")

    def cover(self, clock: time) -> bool:
        """Return whether a time on the wall is inside: 22:00:00 is, 08:00:00 is not."""
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def until(self, *, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when the quiet hours that hold now are over, in UTC, or None when now is outside them.

        Where a clock change skips the end, the end moves with the clock; where it repeats the end, the
        first end that is still to come counts.
        """
        here = now.astimezone(zone)
        if not self.cover(here.time()):
            return None
        day = here.date()
        if here.time() >= self.ends:
            day += timedelta(days=1)
        end = datetime.combine(day, self.ends, tzinfo=zone)
        first, second = (end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        return first if first > now else second

    def until_everywhere(self, *, now: datetime, zones: Sequence[ZoneInfo]) -> datetime | None:
        """Return when none of the zones is within its quiet hours, in UTC, or None when none is now.

        Zones so far apart that one of them is always quiet are looked at for three days.
        """
        free = now
        while free < now + timedelta(days=3):
            ends = [end for zone in zones if (end := self.until(now=free, zone=zone)) is not None]
            if not ends:
                break
            free = max(ends)
        return None if free == now else free
