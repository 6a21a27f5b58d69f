"""Accounts, who is party to them, their schedules and transactions."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.ownership.pools import POOLS
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.fields import SealedField
from collections_app.models.staff import Staff


class Product(models.TextChoices):
    CARD = "card", _("credit card")
    LOAN = "loan", _("loan")


class Account(models.Model):
    """A card or a loan as the core has it, with what is derived of it.

    Amounts named ``core_…`` are the file's; the five amounts without the prefix are the file's less own
    payments the file does not yet contain, plus bounced ones it still contains, and are written by
    services/derivation alone. All in fen.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("account_no", "account_token")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="accounts")
    account_no = SealedField(_("account number"))
    account_token = models.CharField(max_length=32, unique=True)
    tail = models.CharField(_("tail"), max_length=4)
    product = models.CharField(_("product"), max_length=8, choices=Product.choices)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    limit_fen = models.BigIntegerField(_("limit"), default=0)
    principal_fen = models.BigIntegerField(_("principal"), default=0)
    interest_fen = models.BigIntegerField(_("interest"), default=0)
    fees_fen = models.BigIntegerField(_("fees"), default=0)
    core_overdue_fen = models.BigIntegerField(default=0)
    core_minimum_due_fen = models.BigIntegerField(default=0)
    core_billed_fen = models.BigIntegerField(default=0)
    core_payoff_fen = models.BigIntegerField(default=0)
    core_unbilled_fen = models.BigIntegerField(default=0)
    opening_fen = models.BigIntegerField(
        default=0, db_default=0, help_text=_("payoff when the account was first seen: its ledger begins here")
    )
    payoff_valid_until = models.DateField(null=True, blank=True)
    statement_on = models.DateField(_("statement date"), null=True, blank=True)
    due_on = models.DateField(_("due date"), null=True, blank=True)
    overdue_since = models.DateField(_("overdue since"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(default=0)
    risk_class = models.CharField(_("risk class"), max_length=8, default="class_1")
    written_off = models.BooleanField(default=False)
    autodebit = models.BooleanField(_("automatic debit"), default=False)
    data_as_of = models.DateField(_("data as of"))
    core_digest = models.CharField(
        max_length=32, blank=True, help_text=_("keyed digest of the row last taken in: the same row is not read again")
    )
    closed_in_core = models.BooleanField(default=False)
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts")
    core_owner = models.CharField(
        max_length=16,
        blank=True,
        default="",
        db_default="",
        help_text="employee number the core named last: it moves the account only when it names somebody else",
    )
    placement = models.CharField(_("pool"), max_length=16, choices=choices(POOLS), default="in_house")
    outsource_notice_at = models.DateTimeField(_("told of the agency at"), null=True, blank=True)
    synthetic = models.JSONField(_("synthetic fields"), default=list, blank=True)
    created_at = models.DateTimeField()

    days_past_due = models.PositiveIntegerField(_("days past due"), default=0)
    stage = models.CharField(max_length=8, default="m0")
    overdue_fen = models.BigIntegerField(_("overdue"), default=0)
    minimum_due_fen = models.BigIntegerField(_("minimum still due"), default=0)
    billed_fen = models.BigIntegerField(_("billed"), default=0)
    payoff_fen = models.BigIntegerField(_("payoff"), default=0)
    unbilled_fen = models.BigIntegerField(_("unbilled"), default=0)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes: ClassVar = [
            # The reminders due on a day.
            models.Index(fields=["due_on", "product"], name="account_due"),
            # What each person carries: counted along the index, without the accounts themselves.
            models.Index(
                fields=["owner"],
                name="account_book",
                include=["overdue_fen"],
                condition=models.Q(owner__isnull=False, closed_in_core=False, overdue_fen__gt=0),
            ),
            # Overdue accounts that are nobody's: what the rules of assignment have to give.
            models.Index(
                fields=["customer", "id"],
                name="account_nobodys",
                condition=models.Q(owner__isnull=True, closed_in_core=False, overdue_since__isnull=False),
            ),
        ]
        triggers: ClassVar = [
            # The last net: services give no account to who is recused from its record, and none can by mistake.
            pgtrigger.Trigger(
                name="account_owner_not_recused",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("owner_id"),
                condition=pgtrigger.Condition(
                    "NEW.owner_id IS NOT NULL AND NEW.owner_id IS DISTINCT FROM OLD.owner_id"
                ),
                func="""
                    IF EXISTS (SELECT FROM collections_app_customer
                        WHERE id = NEW.customer_id AND NEW.owner_id = ANY (recused_staff || mediated_by)) THEN
                        RAISE EXCEPTION 'owner is kept away from the record' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    limit_fen__gte=0,
                    core_overdue_fen__gte=0,
                    core_minimum_due_fen__gte=0,
                    core_billed_fen__gte=0,
                    core_payoff_fen__gte=0,
                    core_unbilled_fen__gte=0,
                ),
                name="account_core_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    overdue_fen__gte=0,
                    minimum_due_fen__gte=0,
                    billed_fen__gte=0,
                    payoff_fen__gte=0,
                    unbilled_fen__gte=0,
                ),
                name="account_amounts_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_product_display()} {self.tail}"

    @property
    def core_amounts(self) -> FiveAmounts:
        """The five amounts as the core's last file has them."""
        return FiveAmounts(
            self.core_overdue_fen,
            self.core_minimum_due_fen,
            self.core_billed_fen,
            self.core_payoff_fen,
            self.payoff_valid_until,
            self.core_unbilled_fen,
        )


class AccountParty(models.Model):
    """A person who owes an account, or stands for it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="parties")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="party_to")
    role = models.CharField(
        max_length=16,
        choices=[("borrower", _("borrower")), ("co_borrower", _("co-borrower")), ("guarantor", _("guarantor"))],
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "customer"], name="account_party_once")]


class Instalment(models.Model):
    """One line of a loan's schedule as the core has it. Amounts in fen."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="schedule")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    principal_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["account", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "number"], name="instalment_once"),
            models.CheckConstraint(
                condition=models.Q(principal_fen__gte=0, interest_fen__gte=0, paid_fen__gte=0),
                name="instalment_not_negative",
            ),
        ]


class Transaction(models.Model):
    """Something the customer did with an account, as the core reports it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="transactions")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    kind = models.CharField(max_length=12, choices=[("purchase", _("purchase")), ("payment", _("payment"))])
    channel = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField()
    synthetic = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-on", "-id"]
        indexes: ClassVar = [models.Index(fields=["account", "-on"], name="transaction_recent")]
