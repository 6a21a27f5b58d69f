"""Holds: reasons for which collection waits."""

from typing import ClassVar

from django.db import models

from collections_app.models.account import Account
from collections_app.models.contact_point import ContactPoint
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class Hold(models.Model):
    """A reason to stop contacts of some purposes, with its scope. In force until released or its end."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=24)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="holds")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.CASCADE, null=True, blank=True, related_name="holds"
    )
    channel = models.CharField(max_length=8, blank=True)
    # The class of messages a channel is closed for; empty: for all of them.
    message_class = models.CharField(max_length=12, blank=True, default="", db_default="")
    source = models.CharField(max_length=40, blank=True, help_text="what it came with, such as promise:17")
    placed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    placed_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [
            # The holds in force on a record.
            models.Index(fields=["customer"], name="hold_unreleased", condition=models.Q(released_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True, release_reason="")
                | models.Q(released_at__isnull=False) & ~models.Q(release_reason=""),
                name="hold_released_with_reason",
            ),
            models.UniqueConstraint(
                fields=["kind", "source"],
                condition=models.Q(released_at__isnull=True) & ~models.Q(source=""),
                name="hold_one_per_source",
            ),
        ]
