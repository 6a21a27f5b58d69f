"""The log of everything a gateway, or somebody pretending to be one, has told."""

from typing import ClassVar

import pgtrigger
from django.db import models

from collections_app.models.choices import choices
from repayment.domain.notices import VERDICTS
from repayment.models.payment import Payment


class GatewayNotice(models.Model):
    """One notification as it came, and what was made of it. Never changed, never deleted."""

    personal_data: ClassVar[tuple[str, ...]] = ("address",)

    gateway = models.CharField(max_length=16)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="notices")
    verdict = models.CharField(max_length=16, choices=choices(VERDICTS))
    fields = models.JSONField(default=dict, help_text="the fields as they came, cut to a sane length")
    asked = models.BooleanField(default=False, help_text="the answer to a question of ours, not a notification")
    address = models.GenericIPAddressField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["payment", "-at"], name="notice_of_payment")]
        triggers: ClassVar = [
            # TRUNCATE is not refused: the test database is flushed with it.
            pgtrigger.Protect(name="gateway_notice_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
