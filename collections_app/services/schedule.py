"""What runs by the clock: pausing it and letting it go on."""

from django.db import transaction
from django_celery_beat.models import PeriodicTask

from collections_app.services import records
from collections_app.services.errors import RefusedError


@transaction.atomic(durable=True)
def set_enabled(*, task_id: int, enabled: bool, actor: records.Actor) -> PeriodicTask:
    """Pause an entry of the schedule or let it go on. Raise RefusedError when there is none, or the role may not."""
    records.check_may(actor=actor, action="admin")
    entry = PeriodicTask.objects.select_for_update().filter(pk=task_id).first()
    if entry is None:
        raise RefusedError("no_such_schedule")
    entry.enabled = enabled
    # A plain save: the scheduler learns of changes by the package's own signal.
    entry.save()
    return entry
