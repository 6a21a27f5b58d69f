"""How old the core's data are, for permits and for the banner on every screen."""

from datetime import date, datetime

from django.db.models import Max

from collections_app.domain.freshness import Freshness, freshness
from collections_app.models import Customer, IntakeBatch, IntakeState
from collections_app.selectors.zones import bank_zone


def freshest_as_of() -> date | None:
    """Return the day of the newest file that was taken in whole, or None when there was none yet."""
    done = IntakeBatch.objects.filter(state=IntakeState.DONE)
    newest: date | None = done.aggregate(newest=Max("as_of"))["newest"]
    return newest


def is_fresh(of: Customer | date | None, *, now: datetime) -> Freshness:
    """Return whether the data of a record, or of a day, may be spoken of now, and the oldest day that may."""
    as_of = of.data_as_of if isinstance(of, Customer) else of
    return freshness(as_of=as_of, now=now, zone=bank_zone())


def banner(*, now: datetime) -> Freshness:
    """Return how fresh the bank's data are as a whole."""
    return is_fresh(freshest_as_of(), now=now)
