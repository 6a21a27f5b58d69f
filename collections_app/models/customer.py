"""The customer: with their open case, the record that both departments share."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.told.verdicts import FLAGGED, TOLD_STATES
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField, TokensField
from collections_app.models.organisation import Branch
from collections_app.models.staff import Staff


class CustomerKind(models.TextChoices):
    PERSON = "person", _("person")
    ORGANISATION = "organisation", _("organisation")


class Customer(models.Model):
    """A customer of the bank, and the root of the record: its row is locked before anything of it is written.

    The columns from ``status`` to ``derived_at`` are derived from facts (domain/derivation) and written by
    services/derivation alone; nobody types them.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("name", "id_number", "birth_date", "search_tokens")

    customer_no = models.CharField(_("customer number"), max_length=24, unique=True)
    kind = models.CharField(max_length=16, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="customers")
    name = SealedField(_("name"))
    id_number = SealedField(_("ID number"), blank=True)
    birth_date = SealedField(_("birth date"), blank=True, help_text=_("YYYY-MM-DD"))
    search_tokens = TokensField()
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    core_language = models.CharField(
        max_length=8, blank=True, default="", db_default="", help_text="what the core last said of the language"
    )
    time_zone = models.CharField(_("time zone"), max_length=48, default="Asia/Shanghai")
    country = models.CharField(_("country"), max_length=2, default="CN")
    salary_day = models.PositiveSmallIntegerField(_("salary day"), null=True, blank=True)
    adviser = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="advised")
    synthetic = models.JSONField(_("synthetic fields"), default=list, blank=True)
    core_digest = models.CharField(
        max_length=32, blank=True, help_text=_("keyed digest of what the core last sent about the customer")
    )
    created_at = models.DateTimeField()

    # Who is recused from the record. Kept on the row that every write locks, so that no write can overlook it.
    recused_staff = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False)
    # Who mediated for the customer: neutral then, they are never given the record for a side afterwards.
    mediated_by = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False)

    version = models.PositiveBigIntegerField(_("version"), default=1)
    data_as_of = models.DateField(_("data as of"), null=True, blank=True)

    case_number = models.CharField(_("case"), max_length=24, blank=True)
    status = models.CharField(_("status"), max_length=20, default="current")
    stage = models.CharField(_("stage"), max_length=8, default="m0")
    stage_account = models.ForeignKey(
        "collections_app.Account", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="owned")
    overdue_fen = models.BigIntegerField(_("overdue"), default=0)
    next_step = models.CharField(_("next step"), max_length=32, blank=True)
    next_step_at = models.DateTimeField(_("next step at"), null=True, blank=True)
    queue = models.CharField(_("queue"), max_length=24, blank=True)
    priority = models.IntegerField(_("priority"), default=0)
    priority_why = models.JSONField(_("why this place"), default=list, blank=True)
    walled = models.BooleanField(
        default=False, db_default=False, help_text="some tie to a member of staff stands: see models/wall"
    )
    told_state = models.CharField(
        _("what was told"), max_length=12, choices=choices(TOLD_STATES), default="nothing", db_default="nothing"
    )
    derive_due_at = models.DateTimeField(_("derive again at"), null=True, blank=True)
    derived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes: ClassVar = [
            # The worklist of a branch: open cases of one queue in order of priority.
            models.Index(
                fields=["branch", "queue", "-priority", "id"],
                name="customer_worklist",
                condition=~models.Q(case_number=""),
            ),
            # The worklist of one collector's book.
            models.Index(
                fields=["owner", "queue", "-priority", "id"], name="customer_book", condition=~models.Q(case_number="")
            ),
            # The same of all queues of a branch, by priority and by amount; and of one queue of the whole bank.
            models.Index(
                fields=["branch", "-priority", "id"],
                name="customer_branch_priority",
                condition=~models.Q(case_number=""),
            ),
            models.Index(
                fields=["branch", "-overdue_fen", "id"],
                name="customer_branch_amount",
                condition=~models.Q(case_number=""),
            ),
            models.Index(
                fields=["queue", "-priority", "id"], name="customer_bank_queue", condition=~models.Q(case_number="")
            ),
            # Who was told wrong, or only by mouth, in a branch.
            models.Index(
                fields=["branch", "told_state", "-priority", "id"],
                name="customer_told",
                condition=models.Q(told_state__in=sorted(FLAGGED)),
            ),
            # The sweep of records that time alone has changed.
            models.Index(fields=["derive_due_at"], name="customer_derive_due"),
            GinIndex(fields=["search_tokens"], name="customer_search"),
            # The records a person is kept away from: a worklist names them.
            GinIndex(fields=["recused_staff"], name="customer_recused", condition=~models.Q(recused_staff=[])),
            GinIndex(fields=["mediated_by"], name="customer_mediated", condition=~models.Q(mediated_by=[])),
            # How many open cases a branch has, for the board.
            models.Index(fields=["branch"], name="customer_branch_open", condition=~models.Q(case_number="")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(version__gte=1), name="customer_version_positive"),
            models.CheckConstraint(condition=models.Q(overdue_fen__gte=0), name="customer_overdue_not_negative"),
        ]

    def __str__(self) -> str:
        return self.customer_no


class SourceIdentity(models.Model):
    """The number by which a source system knows a customer."""

    personal_data: ClassVar[tuple[str, ...]] = ("number",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    source = models.CharField(max_length=16)
    number = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "number"], name="source_identity_once")]


class LookUp(models.Model):
    """One look at a customer outside one's own branch, with its purpose."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="look_ups", verbose_name=_("customer")
    )
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="look_ups", verbose_name=_("colleague"))
    purpose = models.CharField(_("purpose"), max_length=24)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("look at a customer")
        verbose_name_plural = _("looks at customers")
        indexes: ClassVar = [models.Index(fields=["staff", "customer", "-at"], name="look_up_latest")]
