"""What came of placing all the waiting sessions of a branch together."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collections_app.domain.terms import TermList
from collections_app.models import Branch
from collections_app.models.choices import choices

FOUND_BY = TermList(
    ("rule", "按先急后缓排入", "The weightiest first"),
    ("solver", "求解器排期", "The solver"),
    ("failed", "求解器未应答，按先急后缓排入", "The solver did not answer; the weightiest first"),
)


class TimetableRun(models.Model):
    """One run of the scheduler for a branch. While it is open no other one of the branch begins.

    ``value`` is the sum of the weights of the sessions that were placed, ``bound`` what no timetable can exceed.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="+", verbose_name=_("branch"))
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    waiting = models.PositiveIntegerField(_("waiting"))
    placed = models.PositiveIntegerField(_("placed"), default=0)
    value = models.PositiveIntegerField(_("value"), default=0)
    bound = models.PositiveIntegerField(_("bound"), default=0)
    found_by = models.CharField(_("found by"), max_length=8, choices=choices(FOUND_BY), default="rule")

    class Meta:
        verbose_name = _("timetable run")
        verbose_name_plural = _("timetable runs")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch"], condition=Q(ended_at__isnull=True), name="timetable_run_open"),
            models.CheckConstraint(condition=Q(value__lte=F("bound")), name="timetable_run_within_bound"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} · {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def gap(self) -> float:
        """How far from the bound the timetable is, as a share of it."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0

    @property
    def percent(self) -> str:
        """The gap in percent, to one digit."""
        return f"{self.gap * 100:.1f}"
