"""Days as papers name them: with their year, in the form the customer's pages have, wherever a server stands."""

from datetime import date, datetime

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_on_paper(day: date, *, language: str) -> str:
    """Return a day in full: ``2026年11月20日``, ``20 November 2026``."""
    if language.lower().startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def moment_on_paper(at: datetime, *, language: str) -> str:
    """Return a day in full with the time of day, in the time zone ``at`` has."""
    return f"{day_on_paper(at.date(), language=language)} {at:%H:%M}"
