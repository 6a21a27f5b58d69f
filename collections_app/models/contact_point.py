"""Numbers and addresses by which a customer can be reached."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.person import RelatedPerson


class ContactPoint(models.Model):
    """One number or address, whose it is, where the bank has it from, and whether it may be used."""

    personal_data: ClassVar[tuple[str, ...]] = ("value", "value_token", "holder_name")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=20)
    value = SealedField(_("number or address"))
    value_token = models.CharField(max_length=32)
    country = models.CharField(max_length=2, default="CN")
    provenance = models.CharField(max_length=20)
    relation = models.CharField(max_length=16, default="self")
    holder_name = SealedField(blank=True)
    quality = models.CharField(max_length=12, default="unknown")
    permission = models.CharField(max_length=12, default="ok")
    # Between which hours of the customer's day it may be used, where the permission says agreed hours.
    hours_from = models.TimeField(null=True, blank=True)
    hours_to = models.TimeField(null=True, blank=True)
    person = models.ForeignKey(
        RelatedPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="contact_points"
    )
    off_file_on = models.DateField(
        null=True, blank=True, help_text="the day of the core's data that no longer had it; empty while they have it"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    # Of a device with the bank's app: when it was signed out, until the bank says that its customer is in there anew.
    signed_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        indexes: ClassVar = [
            # A number that is bad for one record is bad for all that hold it.
            models.Index(fields=["value_token"], name="contact_point_value"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "kind", "value_token"], name="contact_point_once"),
            models.CheckConstraint(
                condition=models.Q(hours_from__isnull=True, hours_to__isnull=True)
                | models.Q(hours_from__isnull=False, hours_to__isnull=False)
                & models.Q(hours_from__lt=models.F("hours_to")),
                name="contact_point_hours_in_order",
            ),
        ]
