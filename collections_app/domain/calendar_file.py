"""The file of a working calendar: ``country,date,works,name``, one line for each day that is not as the week says.

A year of a country counts as published when the file has any day of it; its other days follow the week.
"""

import csv
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from collections_app.domain.typed import day_of

COLUMNS = ("country", "date", "works", "name")
MOST_ROWS = 50_000
# Every year's notice of these moves some weekends: a file without one is no notice yet, only the holidays by law.
MOVES_WEEKENDS = frozenset({"CN"})

_SATURDAY = 5
_WORKS = {"1": True, "0": False}


class CalendarFileError(ValueError):
    """A file that cannot be taken: the code of its reason, and where."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a file."""

    country: str
    on: date
    works: bool
    name: str


def read(content: bytes) -> list[Day]:
    """Return the days of a file, in its order. Raise CalendarFileError with the first thing wrong."""
    try:
        rows = csv.reader(StringIO(content.decode("utf-8-sig")), strict=True)
        header = [cell.strip() for cell in next(rows, [])]
        if tuple(header) != COLUMNS:
            raise CalendarFileError("calendar_columns", columns=",".join(COLUMNS))
        days = [_day(row, line) for line, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise CalendarFileError("calendar_unreadable") from error
    if not days or len(days) > MOST_ROWS:
        raise CalendarFileError("calendar_rows", most=MOST_ROWS)
    _check_whole(days)
    return days


def years(days: list[Day]) -> dict[str, list[int]]:
    """Return the years each country's days are of, in order."""
    found: dict[str, set[int]] = {}
    for day in days:
        found.setdefault(day.country, set()).add(day.on.year)
    return {country: sorted(found[country]) for country in sorted(found)}


def _day(row: list[str], line: int) -> Day:
    cells = [cell.strip() for cell in row]
    if len(cells) not in {3, 4} or cells[2] not in _WORKS or len(cells[0]) != 2 or not cells[0].isalpha():
        raise CalendarFileError("calendar_line", line=line)
    try:
        on = day_of(cells[1])
    except ValueError as error:
        raise CalendarFileError("calendar_line", line=line) from error
    return Day(cells[0].upper(), on, _WORKS[cells[2]], cells[3][:60] if len(cells) > 3 else "")


def _check_whole(days: list[Day]) -> None:
    seen: set[tuple[str, date]] = set()
    for day in days:
        if (day.country, day.on) in seen:
            raise CalendarFileError("calendar_twice", day=day.on.isoformat(), country=day.country)
        seen.add((day.country, day.on))
    moved = {(day.country, day.on.year) for day in days if day.works and day.on.weekday() >= _SATURDAY}
    for country, known in years(days).items():
        for year in known:
            if country in MOVES_WEEKENDS and (country, year) not in moved:
                raise CalendarFileError("calendar_not_published", country=country, year=year)
