"""The zone in which the bank's own days begin and end."""

from zoneinfo import ZoneInfo

from django.conf import settings


def bank_zone() -> ZoneInfo:
    """Return the time zone of the bank: the nightly file and the days of promises go by it."""
    return ZoneInfo(settings.TIME_ZONE)
