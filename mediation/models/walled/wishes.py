"""What a customer asks for between the sessions: a longer term and smaller instalments."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer
from collections_app.models.fields import WalledField
from mediation.models.mediation import Mediation


class TermWish(models.Model):
    """How many instalments a customer needs, and how much each may be; the latest counts.

    The customer and the session's mediator read it. The bank never does: it reads the proposal the customer makes of it
    in a round, once its own is in. ``terms`` is JSON: ``instalment_fen`` and ``months``.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("terms", "reason")

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    terms = WalledField()
    reason = WalledField(blank=True)
    filed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("wish for a longer term")
        verbose_name_plural = _("wishes for a longer term")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["mediation", "-id"], name="term_wish_latest")]
        triggers: ClassVar = [pgtrigger.Protect(name="term_wish_append_only", operation=pgtrigger.Update)]
