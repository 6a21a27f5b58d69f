"""What a draft of contact rules would have refused or allowed of contacts in the past."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.purposes import CHANNELS
from collections_app.models.choices import choices
from collections_app.models.contact import Contact, PermitRefusal
from collections_app.models.customer import Customer
from collections_app.models.rule import RulePack
from collections_app.models.staff import Staff


class Backtest(models.Model):
    """One test of a draft on the contacts and refusals of some days. ``digest`` says which state of the draft."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    pack = models.ForeignKey(RulePack, on_delete=models.CASCADE, related_name="backtests", verbose_name=_("rule pack"))
    digest = models.CharField(max_length=64)
    since = models.DateTimeField(_("contacts from"))
    until = models.DateTimeField(_("contacts until"))
    asked_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    total = models.PositiveIntegerField(_("contacts"))
    done = models.PositiveIntegerField(_("tested so far"), default=0, db_default=0)
    reached = models.BigIntegerField(default=0, db_default=0, help_text="the last customer tested")
    counts = models.JSONField(default=dict, help_text="differences by kind and rule")
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("test of a draft")
        verbose_name_plural = _("tests of drafts")
        indexes: ClassVar = [models.Index(fields=["pack", "digest"], name="backtest_of_draft")]

    def __str__(self) -> str:
        return f"{self.pack_id}:{self.pk}"


class BacktestDifference(models.Model):
    """One contact that the draft would have decided otherwise, with what was and what would have been considered."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    backtest = models.ForeignKey(
        Backtest, on_delete=models.CASCADE, related_name="differences", verbose_name=_("test of a draft")
    )
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    refusal = models.ForeignKey(PermitRefusal, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("at"))
    channel = models.CharField(_("channel"), max_length=8, choices=choices(CHANNELS))
    purpose = models.CharField(_("purpose"), max_length=16)
    before = models.CharField(_("refused then"), max_length=32, blank=True)
    after = models.CharField(_("refused by the draft"), max_length=32, blank=True)
    rule = models.CharField(_("rule"), max_length=16)
    considered = models.JSONField(default=list, help_text="the findings of the draft's rules")

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(contact__isnull=False, refusal__isnull=True)
                | models.Q(contact__isnull=True, refusal__isnull=False),
                name="backtest_difference_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.backtest_id}:{self.pk}"
