"""The administration's pages of mediation. Talks, sessions, positions and notes are on none of them."""

from mediation.admin import (
    agreements,
    calendar,
    law,
    organisations,
    papers,
    people,
    places,
    routes,
    timetables,
    walled_reads,
)

__all__ = [
    "agreements",
    "calendar",
    "law",
    "organisations",
    "papers",
    "people",
    "places",
    "routes",
    "timetables",
    "walled_reads",
]
