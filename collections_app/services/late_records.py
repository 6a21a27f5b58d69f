"""Bringing the records up to date that time alone has changed: all that are overdue become so at midnight."""

from datetime import datetime
from time import monotonic

from collections_app.models import Alert
from collections_app.services import alerts, derivation

ALERT = "derive_failed"


def catch_up(*, now: datetime, seconds: float, limit: int = 500) -> int:
    """Bring late records up to date, batch by batch, until none is left or so many seconds are over. Return how many.

    One run at a time: beside another one it ends at once. Whatever could not be derived is an alert until it is.
    """
    ends, done, aside = monotonic() + seconds, 0, 0
    while True:
        swept = derivation.sweep_due(now=now, limit=limit)
        done += swept.done
        aside += swept.aside
        if swept.looked_at < limit or monotonic() >= ends:
            break
    if aside or Alert.objects.filter(kind=ALERT, resolved_at__isnull=True).exists():
        _tell(now)
    return done


def _tell(now: datetime) -> None:
    if number := derivation.set_aside().count():
        alerts.raise_alert(kind=ALERT, detail={"records": number}, now=now)
    else:
        alerts.clear(kind=ALERT, now=now)
