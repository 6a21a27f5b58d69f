"""How far the bank's representative may go in one mediation or negotiation."""

import json
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.mandates import MANDATE_STATES, Figures
from mediation.models.mediation import Mediation


class Mandate(models.Model):
    """The largest waiver, the longest term and the floor of one representative in one set of talks, sealed.

    Read through selectors/mandates alone, by that representative and the person who approves; it is in no event,
    export, message, page of the administration or answer of an interface.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("figures", "reason")

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="mandates")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    representative = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    figures = SealedField()
    reason = SealedField()
    state = models.CharField(max_length=10, choices=choices(MANDATE_STATES), default="proposed")
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mediation"], condition=Q(state="proposed"), name="mandate_one_waiting_per_mediation"
            ),
            models.UniqueConstraint(
                fields=["mediation"], condition=Q(state="approved"), name="mandate_one_approved_per_mediation"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "replaced"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="mandate_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=models.F("proposed_by")) & ~Q(approved_by=models.F("representative")),
                name="mandate_approved_by_somebody_else",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="mandate_figures_stand",
                operation=pgtrigger.UpdateOf("figures", "reason", "representative_id", "mediation_id"),
            ),
            pgtrigger.FSM(
                name="mandate_transitions",
                field="state",
                transitions=[("proposed", "approved"), ("proposed", "dropped"), ("approved", "replaced")],
            ),
        ]

    @property
    def limits(self) -> Figures:
        """The figures as the rules take them. Only selectors/mandates and what checks terms may ask."""
        return Figures.of(json.loads(self.figures))
