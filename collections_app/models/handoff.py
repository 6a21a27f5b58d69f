"""Hand-offs: structured work passed between departments."""

from typing import Any, ClassVar

from django.db import models

from collections_app.domain.staff import DEPARTMENTS
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class HandOff(models.Model):
    """One piece of work for another department, with its deadline."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="handoffs")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=12, default="open")
    to_department = models.CharField(max_length=16, choices=choices(DEPARTMENTS))
    from_department = models.CharField(max_length=16, choices=choices(DEPARTMENTS))
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    text = SealedField(blank=True)
    accepted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True, help_text="the clock stands still since then")
    clock_from = models.DateTimeField(null=True, blank=True, help_text="what the steps up are counted from")
    level = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="how many steps up it has climbed")
    escalate_at = models.DateTimeField(null=True, blank=True, help_text="when it climbs the next step")
    escalated_to = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    breached_at = models.DateTimeField(null=True, blank=True, help_text="when it was found overdue")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            # What waits for a department, the most urgent first.
            models.Index(fields=["to_department", "state", "due_at"], name="handoff_inbox"),
            # What climbs next, for the sweep.
            models.Index(fields=["escalate_at"], name="handoff_climbs", condition=models.Q(escalate_at__isnull=False)),
            # What has climbed: by whom it was told to, and the count of each branch.
            models.Index(
                fields=["escalated_to", "due_at"],
                name="handoff_climbed",
                condition=models.Q(level__gt=0, closed_at__isnull=True),
            ),
            # The urgent risks that nobody has taken: every page asks whether there is one.
            models.Index(
                fields=["due_at"], name="handoff_risk_rings", condition=models.Q(kind="risk_alert", state="open")
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(waiting_since__isnull=True) | models.Q(state="waiting"),
                name="handoff_stands_still_while_waiting",
            ),
        ]

    @property
    def of_complaint(self) -> Any:
        """The complaint whose work it is, or whose review; None for all others."""
        return getattr(self, "complaint", None) or getattr(self, "complaint_review", None)
