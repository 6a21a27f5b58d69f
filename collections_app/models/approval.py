"""Approvals: who asks for what and why, and who decides."""

from typing import ClassVar

from django.db import models

from collections_app.domain.approvals import APPROVAL_STATES, ApprovalState
from collections_app.domain.staff import DEPARTMENTS
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.organisation import Branch
from collections_app.models.staff import Staff


class Approval(models.Model):
    """One request for a second person's decision, and the decision. Nobody decides their own."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason", "answer")

    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=64, help_text="what it is about, such as rule_pack:7")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="approvals")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=choices(APPROVAL_STATES), default=ApprovalState.PENDING.value)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_department = models.CharField(max_length=16, choices=choices(DEPARTMENTS))
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reason = SealedField()
    amount_fen = models.BigIntegerField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = SealedField(blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    answer_read_at = models.DateTimeField(null=True, blank=True, help_text="when who asked has read the answer")

    class Meta:
        indexes: ClassVar = [
            # The inbox: what waits, the soonest to lapse first.
            models.Index(fields=["expires_at"], name="approval_waiting", condition=models.Q(state="pending")),
            # The answers that who asked has not read yet.
            models.Index(
                fields=["asked_by"],
                name="approval_unread",
                condition=models.Q(answer_read_at__isnull=True, decided_at__isnull=False),
            ),
            # An approval that lets a contact go on, looked up by every permit that needs one.
            models.Index(fields=["customer", "kind", "state"], name="approval_of_customer"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(state="pending"),
                name="approval_one_waiting",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("asked_by")),
                name="approval_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "rejected", "returned"])
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="approval_decided_by_a_person",
            ),
        ]


class ApprovalEvidence(models.Model):
    """A document that goes with a request, sealed on disk."""

    personal_data: ClassVar[tuple[str, ...]] = ("name",)

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="evidence")
    name = SealedField()
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=200)
    added_at = models.DateTimeField()
