"""Computing the features of all customers at night, range by range; an interrupted night goes on where it was."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from collections_app.models import Customer
from notifications.domain.targeting.features import ANSWER_DAYS, MOBILE_CHANNELS, PAYMENT_DAYS
from notifications.models import FeatureRun
from notifications.services.targeting.computing import UPSERT

# Customers locked at once: few enough that nobody waits long.
RANGE = 2000


def compute(*, on: date, now: datetime) -> int:
    """Compute the features of every customer who does not object, and return how many customers were gone through.

    Done once for a day: calling it again goes on with what is left, or does nothing.
    """
    FeatureRun.objects.get_or_create(on=on, defaults={"begun_at": now})
    done = 0
    while (taken := _range(on, now)) is not None:
        done += taken
    return done


@transaction.atomic(durable=True)
def _range(on: date, now: datetime) -> int | None:
    """Compute one range, or return None when the day is done. The customers are locked: an objection waits or wins."""
    run = FeatureRun.objects.select_for_update().get(on=on)
    if run.ended_at is not None:
        return None
    rows = Customer.objects.filter(pk__gt=run.through_id).order_by("pk")
    locked = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)[:RANGE])
    if not locked:
        run.ended_at = now
        run.save(update_fields=["ended_at"])
        return None
    values: dict[str, Any] = {
        "after": run.through_id,
        "through": locked[-1],
        "mobile": sorted(MOBILE_CHANNELS),
        "paid_since": on - timedelta(days=PAYMENT_DAYS),
        "answered_since": now - timedelta(days=ANSWER_DAYS),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, values)
    run.through_id, run.customers = locked[-1], run.customers + len(locked)
    run.save(update_fields=["through_id", "customers"])
    return len(locked)
