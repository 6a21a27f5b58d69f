"""The administration's pages of mediation. Talks, sessions, positions and notes are on none of them."""

from mediation.admin import calendar, organisations, papers, people, routes, timetables

__all__ = ["calendar", "organisations", "papers", "people", "routes", "timetables"]
