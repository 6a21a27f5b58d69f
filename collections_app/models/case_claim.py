"""Claims on cases: whose turn it is to work on one, for a while."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.worklists.claims import CLAIM_ENDS
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class CaseClaim(models.Model):
    """A case that one colleague was given to work on. In force until ended, or until its time runs out.

    It is no lock on writing: others may act, and are told. At most one row of a customer and of a colleague is not
    ended; one whose time has run out is ended by whoever claims next.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="case_claims", verbose_name=_("customer")
    )
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="case_claims", verbose_name=_("colleague"))
    queue = models.CharField(_("queue"), max_length=24)
    taken_at = models.DateTimeField(_("claimed at"))
    expires_at = models.DateTimeField(_("claimed until"))
    worked_at = models.DateTimeField(_("last worked on at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end = models.CharField(_("how it ended"), max_length=12, blank=True, choices=choices(CLAIM_ENDS))
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("claim on a case")
        verbose_name_plural = _("claims on cases")
        indexes: ClassVar = [
            # What was worked on or passed over lately.
            models.Index(fields=["customer", "-ended_at"], name="case_claim_ended"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(ended_at__isnull=True), name="case_claim_one_per_customer"
            ),
            models.UniqueConstraint(
                fields=["staff"], condition=models.Q(ended_at__isnull=True), name="case_claim_one_per_staff"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="")
                | models.Q(ended_at__isnull=False) & ~models.Q(end=""),
                name="case_claim_ended_with_reason",
            ),
        ]
