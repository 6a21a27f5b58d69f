"""What legal did with an account: its steps before the courts, and the assignment of the claim."""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models.account import Account
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class LegalStep(models.Model):
    """One step of an account on its way to court or through it, with its evidence. It stands where the latest says."""

    personal_data: ClassVar[tuple[str, ...]] = ("evidence",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="legal_steps")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="legal_steps")
    state = models.CharField(max_length=24)
    on = models.DateField()
    perform_until = models.DateField(
        null=True, blank=True, help_text="last day the judgment sets to perform: the term to enforce it runs from there"
    )
    court = models.CharField(max_length=80, blank=True)
    case_number = models.CharField(max_length=60, blank=True)
    evidence = SealedField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("legal step")
        verbose_name_plural = _("legal steps")
        indexes: ClassVar = [models.Index(fields=["account", "-id"], name="legal_step_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(perform_until__isnull=True) | Q(state="judged", perform_until__gte=F("on")),
                name="legal_step_judgment_sets_the_day",
            ),
            # Ten years, and no shorter where they hold three leap days.
            models.CheckConstraint(
                condition=Q(perform_until__isnull=True) | Q(perform_until__lte=F("on") + timedelta(days=3653)),
                name="legal_step_performed_within_ten_years",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="legal_step_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ClaimAssignment(models.Model):
    """The claim of an account belongs to somebody else, and the debtor has been told (Civil Code, article 546)."""

    personal_data: ClassVar[tuple[str, ...]] = ("evidence",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="claim_assignments")
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="claim_assignment")
    assignee = models.CharField(max_length=120)
    reached_by = models.CharField(max_length=200)
    assigned_on = models.DateField()
    notified_on = models.DateField()
    evidence = SealedField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("assignment of a claim")
        verbose_name_plural = _("assignments of claims")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(assigned_on__lte=F("notified_on")), name="claim_assigned_before_told"),
            models.CheckConstraint(condition=~Q(asked_by=F("approved_by")), name="claim_assigned_by_two"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="claim_assignment_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
