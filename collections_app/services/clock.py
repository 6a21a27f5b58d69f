"""The one clock of every process."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.conf import settings


@lru_cache(maxsize=1)
def _shift() -> timedelta:
    """How far ONECASE_NOW moves the clock; nothing in production, where settings refuse it."""
    target: datetime | None = settings.ONECASE_NOW
    return target - datetime.now(UTC) if target else timedelta()


def now() -> datetime:
    """Return the present instant in UTC, moved by ONECASE_NOW in demo and tests."""
    return datetime.now(UTC) + _shift()
