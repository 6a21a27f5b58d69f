"""What the parties signed."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from collections_app.models import Account, Arrangement, Customer, RelatedPerson, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField, WalledField
from mediation.domain.kinds import SIGNATORIES, SIGNING_METHODS
from mediation.models.mediation import Mediation
from mediation.models.session import Session


class Agreement(models.Model):
    """Signed terms on one named account, in force from the last signature. Amounts in fen.

    The instalment plan that follows from it on the shared record is ``arrangement``.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("terms",)

    mediation = models.OneToOneField(Mediation, on_delete=models.PROTECT, related_name="agreement")
    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="agreement")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="agreements")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="agreements")
    arrangement = models.OneToOneField(Arrangement, on_delete=models.PROTECT, related_name="agreement")
    total_fen = models.BigIntegerField(_("total"))
    grace_days = models.PositiveSmallIntegerField(_("days of grace"))
    terms = SealedField(_("terms"), blank=True)
    agreed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total_fen__gt=0), name="agreement_positive"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="agreement_append_only", operation=pgtrigger.Update),
        ]


class AgreementInstalment(models.Model):
    """One instalment: date, amount in fen, and the account it pays."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="instalments")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_instalment_once"),
            models.UniqueConstraint(fields=["agreement", "due_on"], name="agreement_instalment_day_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="agreement_instalment_positive"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="agreement_instalment_append_only", operation=pgtrigger.Update),
        ]


class AgreementSignature(models.Model):
    """That one signatory signed or sealed, when and how; ``person`` or ``related`` is the co-borrower or guarantor.

    On paper and by word of mouth whoever held the session attests it; an electronic signature stands in the draft.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("recording_ref",)

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="signatures")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    signatory = models.CharField(max_length=12, choices=choices(SIGNATORIES))
    person = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    related = models.ForeignKey(RelatedPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    method = models.CharField(max_length=10, choices=choices(SIGNING_METHODS))
    recording_ref = WalledField(blank=True)
    attested_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "signatory", "person", "related"],
                nulls_distinct=False,
                name="agreement_signature_once",
            ),
            # An oral plan is not in force without its recording (credit-card rules, article 70).
            models.CheckConstraint(
                condition=~Q(method="recorded") | Q(GreaterThan(Length("recording_ref"), 0)),
                name="agreement_oral_has_recording",
            ),
            models.CheckConstraint(
                condition=Q(method="electronic") | Q(attested_by__isnull=False), name="agreement_signature_attested"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="agreement_signature_append_only", operation=pgtrigger.Update),
        ]
