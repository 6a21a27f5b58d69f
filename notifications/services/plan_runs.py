"""How far a run of the planner has come, for whoever watches it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic

from django.db import transaction

from notifications.models import PlanRun


@dataclass(slots=True)
class Progress:
    """One run over one kind. Its time is the planner's ``now`` and what has passed since."""

    run_id: int
    started_at: datetime
    _began: float = field(default_factory=monotonic)
    seen: int = 0
    planned: int = 0

    def advance(self, *, seen: int, planned: int) -> None:
        """Say that so many more have been looked at, and how many of them were new. Call it outside transactions."""
        self.seen += seen
        self.planned += planned
        self._save()

    def finish(self) -> None:
        """Say that the run is over."""
        self._save(finished_at=self._now())

    def _now(self) -> datetime:
        return self.started_at + timedelta(seconds=monotonic() - self._began)

    def _save(self, **more: datetime) -> None:
        PlanRun.objects.filter(pk=self.run_id).update(
            seen=self.seen, planned=self.planned, moved_at=self._now(), **more
        )


@transaction.atomic(durable=True)
def begin(*, kind: str, on: date, total: int, now: datetime) -> Progress:
    """Begin to tell of a run over ``total`` candidates of a kind, in place of the day's run before it."""
    run = PlanRun(on=on, kind=kind, total=total, started_at=now, moved_at=now)
    kept = ["total", "seen", "planned", "started_at", "moved_at", "finished_at"]
    [saved] = PlanRun.objects.bulk_create(
        [run], update_conflicts=True, unique_fields=["on", "kind"], update_fields=kept
    )
    return Progress(saved.pk, now)
