"""The facts of a dispute as both sides see them: drawn from the record, marked by each side, confirmed in writing."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import WalledField
from mediation.domain.sides import SIDES
from mediation.models.mediation import Mediation
from mediation.models.session import Session


class FactSheet(models.Model):
    """What the record says on a day, put before both sides. Drawn anew when the record has moved on.

    ``facts`` holds codes, amounts in fen and days alone, as the record has them: no word of anybody's.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    facts = models.JSONField()
    as_of = models.DateField(help_text="the day of the core's data")
    drawn_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sheet of facts")
        verbose_name_plural = _("sheets of facts")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["mediation", "-id"], name="fact_sheet_latest")]
        triggers: ClassVar = [pgtrigger.Protect(name="fact_sheet_append_only", operation=pgtrigger.Update)]


class FactMark(models.Model):
    """What one side says of one fact; its latest mark counts. ``verdict`` is ``accepts`` or ``objects``."""

    personal_data: ClassVar[tuple[str, ...]] = ("verdict", "comment")

    sheet = models.ForeignKey(FactSheet, on_delete=models.CASCADE, related_name="marks")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=choices(SIDES))
    fact = models.CharField(max_length=40, help_text="the key of the fact on its sheet")
    verdict = WalledField()
    comment = WalledField(blank=True)
    marked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mark on a fact")
        verbose_name_plural = _("marks on facts")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(side="bank", marked_by__isnull=False) | Q(side="customer", marked_by__isnull=True),
                name="fact_mark_by_its_side",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="fact_mark_append_only", operation=pgtrigger.Update)]


class FactsConfirmation(models.Model):
    """One side's confirmation in writing of what neither disputes (online mediation rules, articles 19 and 22)."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    sheet = models.ForeignKey(FactSheet, on_delete=models.CASCADE, related_name="confirmations")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=choices(SIDES))
    text = WalledField(help_text="the facts confirmed, as they were shown")
    facts_hash = models.CharField(max_length=64, help_text="keyed hash of which facts: equal on both sides")
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("confirmation of facts")
        verbose_name_plural = _("confirmations of facts")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "side", "facts_hash"], name="facts_confirmed_once"),
            models.CheckConstraint(
                condition=Q(side="bank", confirmed_by__isnull=False) | Q(side="customer", confirmed_by__isnull=True),
                name="facts_confirmed_by_its_side",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="facts_confirmation_append_only", operation=pgtrigger.Update)]
