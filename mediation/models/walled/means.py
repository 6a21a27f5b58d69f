"""What a customer lives on."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer
from collections_app.models.fields import WalledField
from mediation.models.mediation import Mediation
from mediation.models.organisation import Mediator


class Means(models.Model):
    """A month's income and needs, as the customer says or the mediator writes down; the latest counts.

    The customer and the session's mediator read it; the bank never does. ``figures`` is JSON in fen a month.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("figures", "remark")

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    figures = WalledField()
    remark = WalledField(blank=True)
    written_by = models.ForeignKey(
        Mediator, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="nobody: the customer"
    )
    said_at = models.DateTimeField()

    class Meta:
        verbose_name = _("means")
        verbose_name_plural = _("means")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["mediation", "-id"], name="means_latest")]
        triggers: ClassVar = [pgtrigger.Protect(name="means_append_only", operation=pgtrigger.Update)]
