"""Hours offered to a customer to pick from."""

from datetime import datetime
from typing import ClassVar, cast

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from mediation.domain.dates import OFFER_STATES
from mediation.models.mediation import Mediation
from mediation.models.organisation import Mediator
from mediation.models.place import Room


class SlotOffer(models.Model):
    """One slot offered for talks, open until ``expires_at``.

    An offer holds nobody's hours: whoever picks first has them, by the constraints on sessions, and an offer that
    nobody picks has nothing to give back.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="slot_offers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="slot_offers")
    during = DateTimeRangeField(_("time"))
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    representative = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=choices(OFFER_STATES), default="open")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("offered slot")
        verbose_name_plural = _("offered slots")
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], name="slot_offer_open", condition=Q(state="open")),
            models.Index(fields=["mediation", "-id"], name="slot_offer_of_talks"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mediation", "during"], condition=Q(state="open"), name="slot_offer_once_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="slot_offer_closed_with_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(Func(F("during"), function="isempty", output_field=models.BooleanField()))
                & Q(during__upper_inf=False, during__lower_inf=False),
                name="slot_offer_has_length",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"

    @property
    def starts_at(self) -> datetime:
        """When it would start. A constraint keeps it bounded."""
        return cast("datetime", self.during.lower)

    @property
    def ends_at(self) -> datetime:
        """When it would end."""
        return cast("datetime", self.during.upper)
