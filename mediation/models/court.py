"""What goes to a court, and what the court did: papers as they were made, steps as facts."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models import Account, Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.courts import COURT_RULES, COURT_STAGES, PACK_KINDS
from mediation.models.mediation import Mediation


class CourtStage(models.Model):
    """One step of a court or before it, as a fact with its day. Later steps add rows; none is changed."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="court_stages")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=24, choices=choices(COURT_STAGES))
    on = models.DateField()
    court = models.CharField(max_length=80)
    case_number = models.CharField(max_length=60, blank=True)
    text = SealedField(blank=True)
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(stage="filed") | ~Q(case_number=""), name="court_filed_with_case_number"
            ),
            models.UniqueConstraint(
                fields=["mediation", "stage"],
                condition=Q(stage__in=["confirmation_applied", "confirmed", "rejected", "filed"]),
                name="court_stage_once",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="court_stage_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class CourtPack(models.Model):
    """The papers for a court as they were made: who asked and why, kept sealed on disk with their SHA-256."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="court_packs")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=choices(PACK_KINDS))
    reason = SealedField()
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="court_pack_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class CourtRule(models.Model):
    """One number or condition by which a procedure is open, with its source; nothing is claimed without its row.

    ``share`` is how many yearly wages bound the small-claims procedure; other rules have none.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    code = models.CharField(_("rule"), max_length=24, choices=choices(COURT_RULES), unique=True)
    share = models.DecimalField(_("yearly wages"), max_digits=6, decimal_places=3, null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("checked against the text of the law"), default=False)

    class Meta:
        verbose_name = _("rule of court procedures")
        verbose_name_plural = _("rules of court procedures")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__startswith="small_claims", share__gt=0)
                | ~Q(code__startswith="small_claims") & Q(share__isnull=True),
                name="court_rule_share_of_small_claims",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="court_rule_has_source"),
        ]

    def __str__(self) -> str:
        return COURT_RULES[self.code].text(get_language() or "zh-hans")


class ProvinceWage(models.Model):
    """The average yearly wage of a province: half of it bounds the small-claims procedure. In fen."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    region = models.CharField(_("province"), max_length=32, help_text=_("as it stands on the branch"))
    year = models.PositiveSmallIntegerField(_("year"))
    yearly_fen = models.BigIntegerField(_("average yearly wage"))
    source = models.CharField(_("source"), max_length=200)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("average wage of a province")
        verbose_name_plural = _("average wages of provinces")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["region", "year"], name="province_wage_once"),
            models.CheckConstraint(condition=Q(yearly_fen__gt=0), name="province_wage_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year}"
