"""How far the planner has come with the reminders of a day."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.choices import choices
from notifications.domain.kinds import KIND_TERMS


class PlanRun(models.Model):
    """The newest run over one kind of a day: how many it looks at, how many it has looked at, how many were new."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    on = models.DateField()
    kind = models.CharField(_("kind"), max_length=24, choices=choices(KIND_TERMS))
    total = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["on", "kind"], name="plan_run_of_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"
