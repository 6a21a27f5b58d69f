"""Rule packs: hours and limits of contact, as data with source and effective dates."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.staff import Staff


class RulePack(models.Model):
    """One version of the rules of a jurisdiction. The newest active version in effect holds."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    code = models.CharField(_("code"), max_length=16)
    version = models.PositiveIntegerField(_("version"))
    active = models.BooleanField(_("active"), default=False)
    effective_from = models.DateField(_("effective from"))
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    written_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("last changed by")
    )
    activated_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("activated by")
    )
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule pack")
        verbose_name_plural = _("rule packs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="rule_pack_version_once"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(active=True), name="rule_pack_one_active"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class RuleKind(models.TextChoices):
    QUIET_HOURS = "quiet_hours", _("quiet hours")
    CAP = "cap", _("cap")
    INTERVAL = "interval", _("interval")
    THIRD_PARTY = "third_party", _("third parties")
    NUMBER_CHECKED = "number_checked", _("age of the number")
    PAGE_PROOF = "page_proof", _("proof for the customers' page")
    ALLOCATION = "allocation", _("order of allocation")
    OPT_OUT = "opt_out", _("opting out")
    READING_TIME = "reading_time", _("time to read terms")
    MEANS_AGAIN = "means_again", _("means stated again")


class RuleBasis(models.TextChoices):
    LAW = "law", _("law")
    INDUSTRY = "industry", _("industry rule")
    POLICY = "policy", _("bank policy")


class Rule(models.Model):
    """One rule: its parameters, where it comes from, and whether counsel has verified it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    pack = models.ForeignKey(RulePack, on_delete=models.CASCADE, related_name="rules", verbose_name=_("rule pack"))
    code = models.CharField(_("code"), max_length=16)
    kind = models.CharField(_("kind"), max_length=16, choices=RuleKind.choices)
    channels = models.JSONField(_("channels"), default=list, help_text=_("empty: all channels"))
    parameters = models.JSONField(_("parameters"), default=dict)
    basis = models.CharField(_("basis"), max_length=10, choices=RuleBasis.choices)
    source = models.CharField(_("source"), max_length=240)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        constraints: ClassVar = [models.UniqueConstraint(fields=["pack", "code"], name="rule_code_once")]

    def __str__(self) -> str:
        return self.code
