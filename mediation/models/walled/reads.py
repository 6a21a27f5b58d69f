"""Who read behind the wall."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from mediation.domain.sides import WALLED_PARTS
from mediation.models.mediation import Mediation


class WalledRead(models.Model):
    """Somebody read a part of what is said in mediation: who, which part, when. Never what."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="+", verbose_name=_("mediation"))
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    staff = models.ForeignKey(
        Staff,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("read by"),
        help_text=_("Nobody: the customer read their own part."),
    )
    part = models.CharField(_("what"), max_length=12, choices=choices(WALLED_PARTS))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("read behind the wall of mediation")
        verbose_name_plural = _("reads behind the wall of mediation")
        ordering: ClassVar = ["-id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="walled_read_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
