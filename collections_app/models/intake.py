"""Nightly files taken in, the rows they lost, and the alerts staff must see."""

from typing import ClassVar

from django.db import models

from collections_app.models.fields import SealedField
from collections_app.models.organisation import Branch
from collections_app.models.staff import Staff


class IntakeState(models.TextChoices):
    WAITING = "waiting"
    READING = "reading"
    APPLYING = "applying"
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class IntakeBatch(models.Model):
    """One file of the core's: what it was, how far it is, and what it changed."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField()
    state = models.CharField(max_length=10, choices=IntakeState.choices, default=IntakeState.WAITING)
    refused_reason = models.CharField(max_length=40, blank=True)
    refused_detail = models.JSONField(default=dict)
    stored_as = models.CharField(max_length=200, blank=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_rejected = models.PositiveIntegerField(default=0)
    accounts_new = models.PositiveIntegerField(default=0)
    accounts_changed = models.PositiveIntegerField(default=0)
    cases_opened = models.PositiveIntegerField(default=0)
    cases_closed = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    followed_at = models.DateTimeField(
        null=True, blank=True, help_text="when promises, plans and claims had been told of the money it brought"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-as_of"], name="intake_latest"),
            # Batches whose money nobody has followed yet: none, or the one just taken in.
            models.Index(
                fields=["id"], name="intake_unfollowed", condition=models.Q(state="done", followed_at__isnull=True)
            ),
        ]


class IntakeReject(models.Model):
    """One row of a file that was not taken in, and why."""

    personal_data: ClassVar[tuple[str, ...]] = ("value",)

    batch = models.ForeignKey(IntakeBatch, on_delete=models.CASCADE, related_name="rejects")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    reason = models.CharField(max_length=40)
    value = SealedField(blank=True)

    class Meta:
        ordering: ClassVar = ["line", "id"]


class Alert(models.Model):
    """Something staff must see until it is resolved: an intake that failed, a sender that stopped."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(max_length=32)
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    detail = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "branch"],
                condition=models.Q(resolved_at__isnull=True),
                nulls_distinct=False,
                name="alert_one_open_per_kind",
            ),
        ]


class ImportedDay(models.Model):
    """One day of a country's calendar: whether people work, as published."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    country = models.CharField(max_length=2)
    on = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["country", "on"], name="calendar_day_once")]
