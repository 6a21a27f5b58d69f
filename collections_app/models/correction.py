"""Facts that were recorded wrong, and the fact that says so."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.domain.corrections import SUBJECTS
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class Correction(models.Model):
    """That a call, a promise or a hold was recorded wrong: what it said, what is right, who says so and why."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="corrections")
    subject = models.CharField(max_length=8, choices=choices(SUBJECTS))
    subject_id = models.BigIntegerField()
    said = models.JSONField(default=dict, help_text="codes and ids of what was recorded")
    right = models.JSONField(default=dict, help_text="codes and ids of what is right instead")
    reason = SealedField()
    corrected_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "subject", "subject_id"], name="correction_of_fact")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="correction_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
