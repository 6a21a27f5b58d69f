"""What providers reported, all of it, in the order it came."""

from typing import ClassVar

import pgtrigger
from django.db import models

from notifications.models.message import Message


class Receipt(models.Model):
    """One report of a provider on a message: late, repeated or contradicting ones are kept too."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts")
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64)
    report = models.CharField(max_length=24)
    error_code = models.CharField(max_length=16, blank=True)
    applied = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            # All reports on one message of a provider.
            models.Index(fields=["provider", "provider_id"], name="receipt_of_message"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="receipt_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
