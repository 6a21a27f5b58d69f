"""Refused tries at the customer's way in: kept in a log, and counted by network address and by customer."""

from datetime import datetime

from django.core.cache import caches
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

from collections_app.domain import access
from collections_app.domain.access import Refusal
from collections_app.models import AccessAttempt, AccessLink, AppEntry
from collections_app.selectors import access as selectors
from collections_app.services.errors import RefusedError

# The one that raises while Redis is away: the log in the database is asked then.
cache = ConnectionProxy(caches, "counters")


class TooManyTriesError(RefusedError):
    """Too many tries from one network address were refused lately."""

    def __init__(self, *, until: datetime) -> None:
        super().__init__("access_too_many", until=until)


def check_address(address: str | None, *, now: datetime) -> None:
    """Raise TooManyTriesError for an address that was refused too often; the first such try of a window is logged."""
    if address is None:
        return
    try:
        refused = cache.get(_counter(address), 0)
    except (RedisError, OSError):
        refused = selectors.refusals_of_address(address=address, since=now - access.ADDRESS_WINDOW)
    if refused < access.ADDRESS_MOST_REFUSALS:
        return
    if refused == access.ADDRESS_MOST_REFUSALS:
        # Once in a window: whoever goes on knocking writes no further rows.
        count(address)
        log(link=None, reason=Refusal.TOO_MANY, address=address, now=now)
    raise TooManyTriesError(until=now + access.ADDRESS_WINDOW)


def log(*, link: AccessLink | None, reason: Refusal, address: str | None, now: datetime) -> None:
    """Keep one refused try."""
    AccessAttempt.objects.create(link=link, reason=reason, address=address, at=now)


def count(address: str | None) -> None:
    """Count one refused try of an address; not inside a transaction that may be taken back."""
    if address is None:
        return
    try:
        # The first refusal starts the window; it is not prolonged by later ones.
        if not cache.add(_counter(address), 1, timeout=int(access.ADDRESS_WINDOW.total_seconds())):
            cache.incr(_counter(address))
    except (RedisError, OSError, ValueError):
        # Redis is away, or the window ended between the two calls: the log in the database still counts.
        return


def forget_old(*, now: datetime) -> int:
    """Forget the refused tries and the used hand-overs of more than half a year ago; return how many tries there were.

    Anybody may make one, with an address that is no link at all: they must not fill the database.
    """
    AppEntry.objects.filter(used_at__lt=now - access.REFUSED_KEPT).delete()
    forgotten, _by_model = AccessAttempt.objects.filter(at__lt=now - access.REFUSED_KEPT).delete()
    return forgotten


def _counter(address: str) -> str:
    return f"access.refused.{access.counted_as(address)}"
