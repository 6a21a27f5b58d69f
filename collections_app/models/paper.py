"""What customers hand in with a request, and what the bank answers to it in words of its own."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.domain.papers import MOST_BYTES
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.handoff import HandOff
from collections_app.models.staff import Staff


class HandOffPaper(models.Model):
    """A paper or picture that a customer handed in with a request, sealed on disk."""

    personal_data: ClassVar[tuple[str, ...]] = ("name",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    handoff = models.ForeignKey(HandOff, on_delete=models.CASCADE, related_name="papers")
    name = SealedField()
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0, size__lte=MOST_BYTES), name="paper_of_a_size_that_is_taken"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="paper_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class HandOffReply(models.Model):
    """Words for a customer about their request, as they read them on their page. Work between departments stays in
    the hand-off's own words, which no customer reads."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    handoff = models.ForeignKey(HandOff, on_delete=models.CASCADE, related_name="replies")
    state = models.CharField(max_length=12, help_text="the state it was said with")
    text = SealedField()
    said_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="reply_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
