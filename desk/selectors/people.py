"""Colleagues by name, for the live screens. Called from threads of their own, so that no connection is kept."""

from collections.abc import Collection
from dataclasses import dataclass

from collections_app.models import Staff
from desk.selectors import versions


@dataclass(frozen=True, slots=True)
class Colleague:
    """A colleague as a screen names them, in both languages."""

    id: int
    name_zh: str
    name_en: str
    department: str


def named(ids: Collection[int]) -> dict[int, Colleague]:
    """Return the colleagues of these ids, and give the connection back. One query."""
    try:
        rows = Staff.objects.filter(id__in=ids).values_list("id", "display_name", "display_name_en", "department")
        return {row[0]: Colleague(row[0], row[1], row[2] or row[1], row[3]) for row in rows}
    finally:
        versions.give_back()
