"""Which calls at the provider have an owner already: one telephone is called by several rooms, each for its own."""

from collections.abc import Callable, Iterable
from datetime import datetime

from notifications.models import Dial

Names = Callable[[datetime, datetime], Iterable[str]]
_others: list[Names] = []


def register(names: Names) -> None:
    """Add what tells the provider's names of a room's calls begun between two instants; done when its app is ready."""
    if names not in _others:
        _others.append(names)


def names(*, since: datetime, until: datetime) -> frozenset[str]:
    """Return the provider's names of every call of ours begun between two instants, whichever room it belongs to."""
    begun = Dial.objects.filter(begun_at__range=(since, until)).exclude(provider_id="")
    found = set(begun.values_list("provider_id", flat=True))
    return frozenset(found.union(*(other(since, until) for other in _others)))
