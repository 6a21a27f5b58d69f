"""Giving messages back to the bank's script: the standard wording, at the hour of the rule."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from notifications.domain.lifecycle import WAITING, MessageState
from notifications.domain.targeting.policies import SCRIPT
from notifications.models import ExperimentArm, Message

_BATCH = 500


def restore_within(messages: QuerySet[Message]) -> int:
    """Give those of the messages that were chosen for and wait back to the script, in the caller's transaction.

    Return how many. One that a permit has put off keeps the hour it was put off to.
    """
    chosen = messages.filter(state__in=WAITING, choice__isnull=False).exclude(choice__arm=SCRIPT)
    rows = list(chosen.select_related("customer", "choice").order_by("customer_id", "pk"))
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
