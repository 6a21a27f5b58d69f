"""The administration's pages of mediation. Talks, sessions, positions and notes are on none of them."""

from mediation.admin import agreements, calendar, organisations, routes, timetables

__all__ = ["agreements", "calendar", "organisations", "routes", "timetables"]
