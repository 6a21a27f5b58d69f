"""What customers were told of money, what of it never arrived, and where it no longer is so."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.told.verdicts import FLAG_ENDS
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.contact import Contact
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class Told(models.Model):
    """What a customer was told: an amount, for when, by whom, by which medium."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="told")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    medium = models.CharField(max_length=8, choices=[("spoken", "spoken"), ("written", "written"), ("page", "page")])
    amount_name = models.CharField(max_length=16)
    amount_fen = models.BigIntegerField()
    pay_by = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="told")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-at"], name="told_recent")]
        # What was told cannot be untold: a wrong word is corrected by a new one.
        triggers: ClassVar = [
            pgtrigger.Protect(name="told_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ToldUnheard(models.Model):
    """Something the customer does not know after all: its message never arrived, or its call was recorded wrong."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    told = models.OneToOneField(Told, on_delete=models.CASCADE, related_name="unheard")
    at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="told_unheard_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ToldFlag(models.Model):
    """A contradiction between what a customer was told of an account and what is true of it.

    Open until the customer has been told the truth; nobody can dismiss it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="told_flags", verbose_name=_("customer")
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))
    told = models.ForeignKey(
        Told, on_delete=models.PROTECT, related_name="+", help_text="the word that does not stand, or not in writing"
    )
    wrong = models.BooleanField(_("told wrong"), help_text="else it is true, but was told by mouth only")
    raised_at = models.DateTimeField(_("raised at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end = models.CharField(_("how it ended"), max_length=8, choices=choices(FLAG_ENDS), blank=True)
    ended_by = models.ForeignKey(
        Told, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="the true word"
    )

    class Meta:
        verbose_name = _("contradiction")
        verbose_name_plural = _("contradictions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "account"],
                condition=models.Q(ended_at__isnull=True),
                name="told_flag_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end="", ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, end="told", ended_by__isnull=False)
                | models.Q(ended_at__isnull=False, end__in=["over", "unheard"], ended_by__isnull=True),
                name="told_flag_ends_with_a_true_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.raised_at:%Y-%m-%d}"
