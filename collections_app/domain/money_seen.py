"""Money seen on an account since an instant: paid through OneCase, or recognised in the core's files. Each once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class OwnMoney:
    """A payment through OneCase that has not bounced; ``named`` once a file of the core's contains it."""

    at: datetime
    fen: int
    named: bool


@dataclass(frozen=True, slots=True)
class CoreMoney:
    """What one file shows beyond own payments: at least so much came in (negative: went out again) on these days."""

    earliest_on: date
    latest_on: date
    recorded_at: datetime
    fen: int


@dataclass(frozen=True, slots=True)
class MoneySeen:
    """Everything seen on one account, in the order it was recorded."""

    own: Sequence[OwnMoney] = ()
    core: Sequence[CoreMoney] = ()

    def since(self, start: datetime, *, zone: ZoneInfo) -> "MoneySeen":
        """Return what came in since an instant, each fen counted once.

        A fall of the balance on the very day counts unless its file was taken in before: the customer has the
        benefit of the doubt. What looks like an own payment that no file has named yet is that payment.
        """
        own = [item for item in self.own if item.at >= start]
        first = start.astimezone(zone).date()
        core = [item for item in _settled(self.core) if item.recorded_at > start and item.latest_on >= first]
        unnamed = [item for item in own if not item.named]
        return MoneySeen(own, _beyond(core, unnamed, zone))

    def until(self, end: datetime) -> "MoneySeen":
        """Return what was known of by an instant and has not gone out again since."""
        core = [item for item in _settled(self.core) if item.recorded_at <= end]
        return MoneySeen([item for item in self.own if item.at <= end], core)

    @property
    def total_fen(self) -> int:
        """All of it, in fen."""
        return sum(item.fen for item in self.own) + sum(item.fen for item in self.core)

    def by_end_of(self, day: date, *, zone: ZoneInfo) -> int:
        """Return what may have come in by 24:00 of a day, in fen."""
        own = sum(item.fen for item in self.own if item.at.astimezone(zone).date() <= day)
        return own + sum(item.fen for item in self.core if item.earliest_on <= day)


def _settled(core: Sequence[CoreMoney]) -> list[CoreMoney]:
    """What is left of each credit after those that went out again, which take back the newest first."""
    left: list[CoreMoney] = []
    for item in core:
        if item.fen > 0:
            left.append(item)
        else:
            left = _less(left, -item.fen)
    return left


def _beyond(core: list[CoreMoney], unnamed: Sequence[OwnMoney], zone: ZoneInfo) -> list[CoreMoney]:
    """The core's money without what may be own payments it has not named."""
    for own in unnamed:
        day = own.at.astimezone(zone).date()
        before = [item for item in core if item.latest_on < day]
        core = before + _less([item for item in core if item.latest_on >= day], own.fen)
    return core


def _less(core: list[CoreMoney], fen: int) -> list[CoreMoney]:
    left = []
    for item in reversed(core):
        taken = min(item.fen, fen)
        fen -= taken
        if item.fen > taken:
            left.append(replace(item, fen=item.fen - taken))
    return left[::-1]
