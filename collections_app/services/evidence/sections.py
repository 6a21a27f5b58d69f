"""The parts of an evidence pack, and the register of what other floors add to it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.models import Customer

_EVERY = 12
_LONG = re.compile(r"[0-9A-Za-z_-]{25,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a pack is about: whose record, from when on, and in whose time its moments are written."""

    customer: Customer
    since: datetime | None
    zone: ZoneInfo

    def at(self, instant: datetime | None) -> str:
        """Return a moment as the pack writes it, to the second."""
        return instant.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S") if instant else "—"


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a pack: its heading, the widths of its columns, their heads, and its rows."""

    title: str
    widths: Sequence[int]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def data(self) -> dict[str, Any]:
        """Return it as the template takes it: with places where a line may end in words as long as a fingerprint."""
        return {**asdict(self), "rows": [[_LONG.sub(_breakable, cell) for cell in row] for row in self.rows]}


def _breakable(word: re.Match[str]) -> str:
    return "\u200b".join(word[0][place : place + _EVERY] for place in range(0, len(word[0]), _EVERY))


Part = Callable[[Asked], Section]
_others: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    """Add a part that another floor gives to every pack; it does so when its app is ready."""
    _others[name] = part


def of_other_floors() -> list[Part]:
    """Return the parts that other floors give, by name."""
    return [_others[name] for name in sorted(_others)]
