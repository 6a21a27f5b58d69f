"""What customers answered to messages, and the bank's words for reading it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import ContactPoint, Customer
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from notifications.domain.replies import INTENTS
from notifications.models.message import Message


class Reply(models.Model):
    """One text that came in, with what was read in it and what that brought. Without a customer: nobody's number."""

    personal_data: ClassVar[tuple[str, ...]] = ("number", "number_token", "body")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, blank=True, related_name="replies")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    provider = models.CharField(_("provider"), max_length=16)
    provider_id = models.CharField(max_length=64)
    number = SealedField()
    number_token = models.CharField(max_length=32)
    body = SealedField(blank=True)
    intent = models.CharField(_("intent"), max_length=16, choices=choices(INTENTS))
    confidence = models.PositiveSmallIntegerField(_("confidence"))
    findings = models.JSONField(default=list)
    brought = models.JSONField(default=list)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        constraints: ClassVar = [
            # A provider that delivers a text again delivers nothing; on each record of a shared number it stands once.
            models.UniqueConstraint(
                fields=["provider", "provider_id", "customer"], nulls_distinct=False, name="reply_once"
            ),
        ]
        indexes: ClassVar = [
            # The list of replies, newest first, those of nobody's number apart.
            models.Index(fields=["customer", "-received_at"], name="reply_of_record"),
            # A conversation on the sandbox phone.
            models.Index(fields=["number_token", "-received_at"], name="reply_conversation"),
        ]
        triggers: ClassVar = [
            # A merge may move a reply to the surviving record; what was said stays as it came.
            pgtrigger.Protect(
                name="reply_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.body IS DISTINCT FROM OLD.body OR NEW.number IS DISTINCT FROM OLD.number"
                    " OR NEW.received_at IS DISTINCT FROM OLD.received_at OR NEW.intent IS DISTINCT FROM OLD.intent"
                ),
            ),
            pgtrigger.Protect(name="reply_kept", operation=pgtrigger.Delete),
        ]
