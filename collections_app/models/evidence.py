"""Evidence packs: everything the bank did with a customer, as one document, and who asked for it and why."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.evidence import PACK_STATES
from collections_app.models.choices import choices
from collections_app.models.complaint import Complaint
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class EvidencePack(models.Model):
    """One evidence pack: asked for, made by a background worker, kept sealed on disk."""

    personal_data: ClassVar[tuple[str, ...]] = ("reason",)

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="evidence_packs", verbose_name=_("customer")
    )
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, null=True, blank=True, related_name="packs")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague"))
    asked_at = models.DateTimeField(_("asked at"))
    reason = SealedField()
    since = models.DateField(null=True, blank=True, help_text="what happened from that day on")
    language = models.CharField(max_length=8)
    state = models.CharField(_("state"), max_length=8, choices=choices(PACK_STATES), default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    version = models.PositiveBigIntegerField(null=True, blank=True, help_text="of the record it shows")
    contacts = models.PositiveIntegerField(default=0)
    stored_as = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("evidence pack")
        verbose_name_plural = _("evidence packs")
        indexes: ClassVar = [
            # What the sweep of unmade packs looks for.
            models.Index(fields=["asked_at"], name="pack_unmade", condition=models.Q(state__in=["waiting", "making"])),
            models.Index(fields=["customer", "-id"], name="pack_of_record"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | ~models.Q(stored_as="") & ~models.Q(sha256="") & models.Q(made_at__isnull=False),
                name="pack_ready_is_stored",
            ),
        ]
