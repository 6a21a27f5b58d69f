"""Where the recording of a call lies in the bank's recording system, and until when it is kept."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.models.contact import Conversation
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class Recording(models.Model):
    """One statement about the recording of a call: its id, the hash of its file, and how long it is kept.

    What is learnt later, or kept longer, is one more row; the newest of a call holds.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="recordings")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="recordings")
    call_id = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    kept_until = models.DateField()
    stated_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$") & ~models.Q(call_id=""),
                name="recording_can_be_found",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="recording_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
