"""What workers begin is written down before it runs, so that a run nobody heard of again is found."""

from datetime import datetime, timedelta

from django.db import transaction

from collections_app.models import TaskRun
from collections_app.selectors import task_runs as selector
from collections_app.services import feed

KEPT = timedelta(days=30)


@transaction.atomic(durable=True)
def begin(*, run_id: str, task: str, queue: str, now: datetime) -> None:
    """Write down that a run has begun; begun again under the same name it is the same run."""
    TaskRun.objects.update_or_create(
        run_id=run_id[:64],
        defaults={
            "task": task[:80], "queue": queue[:32], "started_at": now, "failed_at": None, "error": "",
            "recovered_at": None,
        },
    )  # fmt: skip


@transaction.atomic(durable=True)
def succeed(*, run_id: str, task: str, now: datetime) -> None:
    """Forget a run that has ended well; what failed or was lost of the same task before is settled by it."""
    TaskRun.objects.filter(run_id=run_id[:64]).delete()
    if selector.dead_rows(now=now).filter(task=task[:80]).update(recovered_at=now):
        feed.wake_boards()


@transaction.atomic(durable=True)
def fail(*, run_id: str, error: str, now: datetime) -> None:
    """Write down that a run has failed, by the class of its error."""
    TaskRun.objects.filter(run_id=run_id[:64]).update(failed_at=now, error=error[:120])
    feed.wake_boards()


@transaction.atomic(durable=True)
def forget_old(*, now: datetime) -> int:
    """Forget runs that began too long ago to tell anything, and return how many."""
    return TaskRun.objects.filter(started_at__lt=now - KEPT).delete()[0]
