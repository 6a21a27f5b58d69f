"""The one clock of every process."""

from datetime import UTC, datetime

from django.conf import settings


def now() -> datetime:
    """Return the present instant in UTC, moved by ONECASE_NOW in demo and tests."""
    return datetime.now(UTC) + settings.CLOCK_SHIFT
