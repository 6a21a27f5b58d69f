"""Nightly files taken in, the rows they lost, and the alerts staff must see."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

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

    file_name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    as_of = models.DateField(_("data as of"))
    state = models.CharField(_("state"), max_length=10, choices=IntakeState.choices, default=IntakeState.WAITING)
    refused_reason = models.CharField(_("refused because"), max_length=40, blank=True)
    refused_detail = models.JSONField(default=dict)
    stored_as = models.CharField(max_length=200, blank=True)
    rows_total = models.PositiveIntegerField(_("rows in the file"), default=0)
    rows_told = models.PositiveIntegerField(
        _("rows it should have"), null=True, blank=True, help_text="as a person said when the file was handed in"
    )
    has_trailer = models.BooleanField(
        default=False,
        db_default=False,
        help_text="its last line tells the number of its rows: the next file's must too",
    )
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    rows_rejected = models.PositiveIntegerField(_("rows refused"), default=0)
    owners_left = models.JSONField(
        default=dict,
        db_default={},
        help_text="rows by employee number of an owner who has left: taken in as without one",
    )
    accounts_new = models.PositiveIntegerField(_("new accounts"), default=0)
    accounts_changed = models.PositiveIntegerField(_("changed accounts"), default=0)
    cases_opened = models.PositiveIntegerField(_("cases opened"), default=0)
    cases_closed = models.PositiveIntegerField(_("cases closed"), default=0)
    form_key = models.CharField(max_length=64, blank=True, default="", db_default="", help_text="of the upload's form")
    started_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken in by")
    )
    started_at = models.DateTimeField(_("begun at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    followed_at = models.DateTimeField(
        null=True, blank=True, help_text="when promises, plans and claims had been told of the money it brought"
    )

    class Meta:
        verbose_name = _("intake file")
        verbose_name_plural = _("intake files")
        constraints: ClassVar = [
            # A double click makes one batch.
            models.UniqueConstraint(
                fields=["form_key", "started_by"], name="intake_form_once", condition=~models.Q(form_key="")
            ),
        ]
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

    batch = models.ForeignKey(
        IntakeBatch, on_delete=models.CASCADE, related_name="rejects", verbose_name=_("intake file")
    )
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=40)
    reason = models.CharField(_("reason"), max_length=40)
    value = SealedField(blank=True)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering: ClassVar = ["line", "id"]


class Alert(models.Model):
    """Something staff must see until it is resolved: an intake that failed, a sender that stopped."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    kind = models.CharField(_("kind"), max_length=32)
    branch = models.ForeignKey(
        Branch, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts", verbose_name=_("branch")
    )
    detail = models.JSONField(default=dict)
    raised_at = models.DateTimeField(_("raised at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resolved by")
    )

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "branch"],
                condition=models.Q(resolved_at__isnull=True),
                nulls_distinct=False,
                name="alert_one_open_per_kind",
            ),
        ]


class CalendarVersion(models.Model):
    """One file of a country's working calendar that was loaded: what it is, who loaded it, what it covers."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    country = models.CharField(_("country"), max_length=2)
    version = models.PositiveIntegerField(_("version"))
    source = models.CharField(_("source"), max_length=120)
    sha256 = models.CharField(_("checksum of the file"), max_length=64)
    years = models.JSONField(_("years"), default=list)
    days = models.PositiveIntegerField(_("days"))
    loaded_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("loaded by")
    )
    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        verbose_name = _("version of a working calendar")
        verbose_name_plural = _("versions of working calendars")
        constraints: ClassVar = [models.UniqueConstraint(fields=["country", "version"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.version}"


class ImportedDay(models.Model):
    """One day of a country's calendar: whether people work, as published."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    country = models.CharField(_("country"), max_length=2)
    on = models.DateField(_("day"))
    works = models.BooleanField(_("people work"))
    name = models.CharField(_("occasion"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=120)
    loaded = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version")
    )

    class Meta:
        verbose_name = _("day of the working calendar")
        verbose_name_plural = _("working calendar")
        constraints: ClassVar = [models.UniqueConstraint(fields=["country", "on"], name="calendar_day_once")]
