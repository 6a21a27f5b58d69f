"""People beside a customer: what they have to do with the debt, and the estate of a customer who has died."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.domain.people import DEBT_ROLES
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class RelatedPerson(models.Model):
    """Somebody beside a customer: their relation, their role in the debt, and on what that rests."""

    personal_data: ClassVar[tuple[str, ...]] = ("name", "document")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="related_persons")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    name = SealedField(_("name"))
    relation = models.CharField(max_length=16)
    role = models.CharField(max_length=16, choices=choices(DEBT_ROLES), default="none")
    provenance = models.CharField(max_length=20)
    document = SealedField(blank=True, help_text="what the role rests on: kind, number, where it is kept")
    until = models.DateField(null=True, blank=True)
    consent_on = models.DateField(null=True, blank=True, help_text="when the debtor agreed that they may be told")
    verified_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("related person")
        verbose_name_plural = _("related persons")
        indexes: ClassVar = [
            models.Index(fields=["customer"], name="person_of_record"),
            # What the night ends: authorities whose day is over.
            models.Index(
                fields=["until"], name="person_until", condition=Q(ended_at__isnull=True, until__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(role="representative") | Q(until__isnull=False), name="person_representative_until"
            ),
            models.CheckConstraint(
                condition=~Q(role="volunteer") | Q(consent_on__isnull=False), name="person_volunteer_with_consent"
            ),
        ]


class Estate(models.Model):
    """What is known of a customer's death and what they left: heirs owe no more than that (民法典 1161)."""

    personal_data: ClassVar[tuple[str, ...]] = ("proof", "inventory_source")

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="estate")
    died_on = models.DateField(null=True, blank=True)
    proof = SealedField(blank=True, help_text="the death certificate or other proof, and where it is kept")
    proven_at = models.DateTimeField(null=True, blank=True)
    inventory_fen = models.BigIntegerField(null=True, blank=True)
    inventory_on = models.DateField(null=True, blank=True)
    inventory_source = SealedField(blank=True)
    contact = models.ForeignKey(RelatedPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    renounced = models.BooleanField(default=False, help_text="every heir has given up the inheritance")
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="when it was found that the death was recorded in error"
    )

    class Meta:
        verbose_name = _("estate")
        verbose_name_plural = _("estates")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(inventory_fen__isnull=True) | Q(inventory_fen__gte=0), name="estate_not_negative"
            ),
        ]
