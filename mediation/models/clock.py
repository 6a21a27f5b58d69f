"""Clocks of talks, and prolongations of a mediation's term."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from mediation.domain.clocks import CLOCK_ENDS, CLOCK_KINDS
from mediation.domain.consents import HOWS
from mediation.domain.sides import SIDES
from mediation.models.mediation import Mediation


class MediationClock(models.Model):
    """One clock of talks: until which day what has to be done, from which rule, and how it ended.

    ``verified`` says whether the rule was read in its primary text; ``due_on`` is a day of the customer's zone.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="clocks")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=choices(CLOCK_KINDS))
    starts_at = models.DateTimeField()
    due_on = models.DateField()
    source = models.CharField(max_length=120)
    verified = models.BooleanField()
    calendar_known = models.BooleanField(default=True, help_text="otherwise days of the calendar were counted")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=12, choices=choices(CLOCK_ENDS), blank=True)

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="mediation_clock_runs", condition=Q(ended_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mediation", "kind"], condition=Q(ended_at__isnull=True), name="mediation_clock_one_running"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="mediation_clock_ended_with_its_cause",
            ),
        ]


class TermExtension(models.Model):
    """A later last day of a mediation, asked for by one side; it counts once the other side agrees.

    Only both parties together prolong the term (online mediation rules, article 24; rules on invited mediation, 27).
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="extensions")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    ends_on_before = models.DateField()
    ends_on_after = models.DateField()
    asked_side = models.CharField(max_length=8, choices=choices(SIDES))
    asked_how = models.CharField(max_length=8, choices=choices(HOWS))
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    agrees = models.BooleanField(null=True, blank=True, help_text="what the other side said; unknown until then")
    answered_how = models.CharField(max_length=8, choices=choices(HOWS), blank=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mediation"], condition=Q(answered_at__isnull=True), name="term_extension_one_waiting"
            ),
            models.CheckConstraint(condition=Q(ends_on_after__gt=F("ends_on_before")), name="term_extension_is_later"),
            models.CheckConstraint(
                condition=Q(agrees__isnull=True, answered_at__isnull=True, answered_how="")
                | Q(agrees__isnull=False, answered_at__isnull=False) & ~Q(answered_how=""),
                name="term_extension_answered_whole",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="term_extension_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
        ]
