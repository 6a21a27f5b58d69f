"""Whom the parties choose, what a mediator discloses, and who stood down."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.people.choosing import STOOD_DOWN_BY
from mediation.domain.sides import SIDES
from mediation.models.mediation import Mediation
from mediation.models.organisation import Mediator


class MediatorChoice(models.Model):
    """The mediator one side wishes for. What both wish for is done; each may change its mind until then."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="choices")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=choices(SIDES))
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mediation", "side"], name="mediator_choice_once"),
            models.CheckConstraint(
                condition=Q(side="customer", by__isnull=True) | Q(side="bank", by__isnull=False),
                name="mediator_choice_by_its_side",
            ),
        ]


class StandDown(models.Model):
    """A mediator stood down from talks or was refused: they are not given them again (court-invited mediation, 15)."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="stand_downs")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    by_side = models.CharField(max_length=12, choices=choices(STOOD_DOWN_BY))
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = SealedField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mediation", "mediator"], name="stand_down_once"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="stand_down_append_only", operation=pgtrigger.Update),
        ]


class Disclosure(models.Model):
    """What a mediator said about their ties to a case, before or during it, and whether both parties accept it.

    Rules of online mediation, article 12. What is said is for both parties, and never changes; only the waivers come.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="disclosures")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    interest = models.BooleanField()
    text = SealedField(blank=True)
    during_session = models.BooleanField(default=False)
    at = models.DateTimeField()
    bank_waived_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    bank_waived_at = models.DateTimeField(null=True, blank=True)
    customer_waived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(bank_waived_by__isnull=True, bank_waived_at__isnull=True)
                | Q(bank_waived_by__isnull=False, bank_waived_at__isnull=False),
                name="disclosure_waived_by_somebody",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="disclosure_words_stay", operation=pgtrigger.UpdateOf("text", "interest", "mediator_id", "at")
            ),
        ]

    @property
    def stands(self) -> bool:
        """Whether the mediator may go on: nothing to declare, or both parties accept it."""
        return not self.interest or (self.bank_waived_at is not None and self.customer_waived_at is not None)
