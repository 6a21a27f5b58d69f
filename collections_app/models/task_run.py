"""What workers have begun and not ended well: rows outlive the broker and the worker."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TaskRun(models.Model):
    """One run of a task that goes on, has failed, or has never ended. What succeeds takes its row with it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    run_id = models.CharField(max_length=64, unique=True, help_text="what the broker calls this run")
    task = models.CharField(_("task"), max_length=80)
    queue = models.CharField(max_length=32, blank=True)
    started_at = models.DateTimeField(_("begun at"))
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    error = models.CharField(max_length=120, blank=True, help_text="the class of the error: its text may name people")
    recovered_at = models.DateTimeField(null=True, blank=True, help_text="when the same task next ended well")

    class Meta:
        verbose_name = _("run of a task")
        verbose_name_plural = _("runs of tasks")
        indexes: ClassVar = [
            # The board, and what the next success settles.
            models.Index(fields=["task", "started_at"], condition=Q(recovered_at__isnull=True), name="task_run_open"),
            # The sweep of old ones.
            models.Index(fields=["started_at"], name="task_run_started_at"),
        ]
