"""Incidents: collection stopped at once for many, in approved words, and what became of it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.incidents import INCIDENT_SCOPES
from collections_app.models.account import Product
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from collections_app.models.organisation import Branch
from collections_app.models.staff import Staff


class SentenceUse(models.TextChoices):
    INCIDENT = "incident", _("incident")
    RISK = "risk", _("risk to life")


class ApprovedSentence(models.Model):
    """One version of what staff and customers read in an emergency, in both languages.

    One version of each code is in use. Its words never change: another wording is another version.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    use = models.CharField(_("used for"), max_length=8, choices=SentenceUse.choices)
    code = models.CharField(_("code"), max_length=32)
    version = models.PositiveIntegerField(_("version"), default=1)
    staff_zh = models.CharField(_("to staff, in Chinese"), max_length=300)
    staff_en = models.CharField(_("to staff, in English"), max_length=400)
    customer_zh = models.CharField(_("to customers, in Chinese"), max_length=300, blank=True)
    customer_en = models.CharField(_("to customers, in English"), max_length=400, blank=True)
    active = models.BooleanField(_("in use"), default=False)
    created_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"))
    approved_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("approved sentence")
        verbose_name_plural = _("approved sentences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="sentence_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(active=True), name="sentence_one_in_use"),
            models.CheckConstraint(
                condition=Q(active=False) | Q(approved_at__isnull=False), name="sentence_in_use_is_approved"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("created_by")),
                name="sentence_approved_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def to_staff(self) -> str:
        """What staff read, in the language of the moment."""
        return self.staff_zh if _is_chinese() else self.staff_en

    @property
    def to_customer(self) -> str:
        """What customers read, in the language of the moment."""
        return self.customer_zh if _is_chinese() else self.customer_en


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


class Incident(models.Model):
    """Collection stopped for a scope, from ``started_at`` until it is ended or ``ends_at``, whichever is first."""

    personal_data: ClassVar[tuple[str, ...]] = ("end_reason",)

    scope = models.CharField(_("scope"), max_length=8, choices=choices(INCIDENT_SCOPES))
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    region = models.CharField(_("region"), max_length=32, blank=True)
    product = models.CharField(_("product"), max_length=8, blank=True, choices=Product.choices)
    reason = models.CharField(_("reason"), max_length=20)
    notices_too = models.BooleanField(_("due and plan notices too"), default=False)
    sentence = models.ForeignKey(ApprovedSentence, on_delete=models.PROTECT, related_name="+")
    started_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("since"))
    ends_at = models.DateTimeField(_("ends by itself at"), null=True, blank=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = SealedField(blank=True)
    calls_open = models.PositiveIntegerField(_("calls going on when it began"), default=0)
    report = models.JSONField(_("end report"), default=dict, blank=True)
    form_key = models.CharField(max_length=64, unique=True, null=True, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes: ClassVar = [
            # What every permit asks: the few that have not ended.
            models.Index(fields=["started_at"], name="incident_open", condition=Q(ended_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="all", branch__isnull=True, region="", product="")
                | Q(scope="branch", branch__isnull=False, region="", product="")
                | Q(scope="region", branch__isnull=True, product="") & ~Q(region="")
                | Q(scope="product", branch__isnull=True, region="") & ~Q(product=""),
                name="incident_scope_is_named",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("started_at")), name="incident_ends_after_start"
            ),
        ]
        triggers: ClassVar = [
            # For whom and since when collection was stopped is what permits and audits go by.
            pgtrigger.Protect(
                name="incident_start_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "scope", "branch", "region", "product", "notices_too", "started_by", "started_at", "sentence"
                ),
            ),
            pgtrigger.Protect(
                name="incident_end_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Protect(name="incident_is_kept", operation=pgtrigger.Delete),
        ]

    @property
    def covers(self) -> str:
        """For whom it is, in the language of the moment."""
        scope = str(self.get_scope_display())
        if self.branch is not None:
            return self.branch.name
        if self.product:
            return str(self.get_product_display()).capitalize()
        return f"{scope} {self.region}" if self.region else scope


class IncidentShown(models.Model):
    """Who of the staff has had an incident's sentence on their screen, and since when."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="shown")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["incident", "staff"], name="incident_shown_once")]
