"""The log of everything a gateway, or somebody pretending to be one, has told."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.choices import choices
from repayment.domain.notices import VERDICTS
from repayment.models.payment import Payment


class GatewayNotice(models.Model):
    """One notification as it came, and what was made of it. Never changed, never deleted."""

    personal_data: ClassVar[tuple[str, ...]] = ("address",)

    gateway = models.CharField(_("gateway"), max_length=16)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="notices", verbose_name=_("payment")
    )
    verdict = models.CharField(_("what was made of it"), max_length=16, choices=choices(VERDICTS))
    fields = models.JSONField(default=dict, help_text="the fields as they came, cut to a sane length")
    asked = models.BooleanField(
        _("answer to our question"), default=False, help_text=_("We asked the gateway; it did not notify us.")
    )
    address = models.GenericIPAddressField(null=True, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("gateway notification")
        verbose_name_plural = _("gateway notifications")
        indexes: ClassVar = [models.Index(fields=["payment", "-at"], name="notice_of_payment")]
        triggers: ClassVar = [
            # TRUNCATE is not refused: the test database is flushed with it.
            pgtrigger.Protect(name="gateway_notice_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
