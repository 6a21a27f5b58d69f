"""Giving messages back to the bank's script: the standard wording, at the hour of the rule."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from collections_app.services import records
from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.targeting.policies import SCRIPT
from notifications.models import ExperimentArm, Message

_BATCH = 500


def restore(messages: QuerySet[Message], *, now: datetime) -> int:
    """Give those of the messages that were chosen for and wait back to the script, and return how many.

    A batch of customers is a transaction of its own, so that no record is held up by thousands of others.
    """
    done, last = 0, 0
    while ids := list(
        _chosen(messages)
        .filter(customer_id__gt=last)
        .order_by("customer_id")
        .values_list("customer_id", flat=True)
        .distinct()[:_BATCH]
    ):
        with transaction.atomic(durable=True):
            records.lock_many(customer_ids=ids, now=now)
            done += restore_within(messages.filter(customer_id__in=ids))
        last = ids[-1]
    return done


def restore_within(messages: QuerySet[Message]) -> int:
    """Give those of the messages that were chosen for and wait back to the script, in the caller's transaction.

    The caller has locked their customers. Return how many. What a sender has claimed meanwhile is left as it is; one
    that a permit has put off keeps the hour it was put off to.
    """
    locked = _chosen(messages).select_for_update(of=("self",), no_key=True)
    rows = list(locked.select_related("customer", "choice").order_by("pk"))
    scripts = ExperimentArm.objects.filter(number=SCRIPT, experiment__in={row.choice.experiment_id for row in rows})
    hours = dict(scripts.values_list("experiment_id", "at"))
    for row in rows:
        row.wording = ""
        if row.state == MessageState.PLANNED:
            zone = ZoneInfo(row.customer.time_zone)
            day = row.due_at.astimezone(zone).date()
            row.due_at = datetime.combine(day, hours[row.choice.experiment_id], tzinfo=zone)
    Message.objects.bulk_update(rows, ["wording", "due_at"], batch_size=_BATCH)
    return len(rows)


def _chosen(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.filter(state__in=WAITING, choice__isnull=False).exclude(choice__arm=SCRIPT)
