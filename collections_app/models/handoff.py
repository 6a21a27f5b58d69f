"""Hand-offs: structured work passed between departments."""

from typing import ClassVar

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
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            # What waits for a department, the most urgent first.
            models.Index(fields=["to_department", "state", "due_at"], name="handoff_inbox"),
        ]
