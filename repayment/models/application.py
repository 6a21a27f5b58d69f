"""Applications for an arrangement that customers make on their own page."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.instalments.early import KEEPINGS
from collections_app.models import AccessLink, Account, Arrangement, ArrangementOffer, Customer, HandOff, OneTimeCode
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from repayment.domain.arrangements import APPLICATION_STATES, OPEN, TRANSITIONS


class ArrangementApplication(models.Model):
    """One application of a customer's: what was shown, agreed to and signed, or handed to a person. Amounts in fen."""

    personal_data: ClassVar[tuple[str, ...]] = ("answers", "text")

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="applications", verbose_name=_("customer")
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))
    offer = models.ForeignKey(ArrangementOffer, on_delete=models.PROTECT, related_name="applications")
    link = models.ForeignKey(AccessLink, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=choices(APPLICATION_STATES), default="shown")
    terms = models.JSONField(help_text="the schedule with its cost, as it was shown: days, fen and per cent")
    offer_sha256 = models.CharField(
        max_length=64,
        default="",
        db_default="",
        help_text="of the offer as it was shown; what is signed is never another one",
    )
    version_seen = models.PositiveBigIntegerField(_("record version the customer saw"))
    answers = SealedField(help_text="to the questions about income and spending, as JSON")
    recalculates = models.CharField(
        max_length=12, blank=True, choices=choices(KEEPINGS), default="", db_default="",
        help_text="what stays when more is paid than is due, as the customer chose",
    )  # fmt: skip
    conditions = models.JSONField(default=list, help_text="of Art. 70, as the customer said they hold")
    shown_at = models.DateTimeField()
    opened_at = models.DateTimeField(
        null=True, blank=True, help_text="when the terms were first on the page: the time to read is counted from it"
    )
    consented_at = models.DateTimeField(null=True, blank=True)
    text = SealedField(blank=True, default="", help_text="the terms as they stood on the page that was agreed to")
    text_sha256 = models.CharField(max_length=64, blank=True, default="")
    code = models.ForeignKey(OneTimeCode, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    arrangement = models.OneToOneField(
        Arrangement, on_delete=models.PROTECT, null=True, blank=True, related_name="application"
    )
    handoff = models.ForeignKey(HandOff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("application for an arrangement")
        verbose_name_plural = _("applications for arrangements")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state__in=sorted(OPEN)), name="application_one_open_per_account"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="signed")
                | models.Q(
                    consented_at__isnull=False,
                    signed_at__gte=models.F("consented_at"),
                    arrangement__isnull=False,
                    code__isnull=False,
                )
                & ~models.Q(text_sha256=""),
                name="application_signed_after_consent",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="application_transitions",
                field="state",
                transitions=[(old.value, new.value) for old, after in TRANSITIONS.items() for new in sorted(after)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.state}"
