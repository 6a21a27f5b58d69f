"""An agreement on its way: its versions, what either side owes by it, and who has signed which."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.models import Account, Customer, OneTimeCode, RelatedPerson, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.drafts import DRAFT_STATES, DRAFT_TRANSITIONS, DUTY_KINDS, DUTY_PARTIES, TRIGGERS
from mediation.domain.kinds import SIGNATORIES
from mediation.domain.parties import PARTY_ROLES, key_of
from mediation.domain.signing import PROOFS
from mediation.domain.states import steps
from mediation.models.agreement import Agreement
from mediation.models.mediation import Mediation
from mediation.models.session import Session


class AgreementDraft(models.Model):
    """One version of the terms, with the very document the parties read and sign. Amounts in fen.

    The document is kept sealed on disk; its SHA-256 is what every signature binds. Another wording is another
    version, which takes the earlier one's place and its signatures with it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("facts", "pay_to", "terms")

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="drafts")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="drafts")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    agreement = models.OneToOneField(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="draft", help_text="once in force"
    )
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=choices(DRAFT_STATES), default="open")
    second_language = models.CharField(max_length=8, blank=True, help_text="set beside the Chinese text")
    total_fen = models.BigIntegerField()
    left_fen = models.BigIntegerField(
        default=0, db_default=0, help_text="stays owed beside it, as its document says; of the day it was drafted"
    )
    grace_days = models.PositiveSmallIntegerField()
    annual_percent = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    waivers = models.JSONField(default=dict, blank=True, help_text="fen by component, in effect on completion")
    interest_accrues = models.BooleanField(help_text="interest by the contract goes on beside the plan")
    fees_accrue = models.BooleanField(help_text="fees by the contract go on beside the plan")
    no_new_cards = models.BooleanField(help_text="promised by the customer (credit-card rules, article 70)")
    facts = SealedField(help_text="what the dispute was about")
    pay_to = SealedField(help_text="how and to which account the customer pays")
    terms = SealedField(blank=True)
    drafted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mediation", "version"], name="draft_version_once"),
            models.UniqueConstraint(fields=["mediation"], condition=Q(state="open"), name="draft_one_open"),
            models.CheckConstraint(
                condition=Q(state="in_force", agreement__isnull=False)
                | ~Q(state="in_force") & Q(agreement__isnull=True),
                name="draft_in_force_with_its_agreement",
            ),
            models.CheckConstraint(condition=Q(total_fen__gt=0) & ~Q(sha256=""), name="draft_has_sum_and_document"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="draft_transitions", field="state", transitions=steps(DRAFT_TRANSITIONS)),
            # What was read and signed is never another document.
            pgtrigger.Protect(
                name="draft_document_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("sha256", "stored_as", "total_fen", "left_fen", "version"),
            ),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} v{self.version}"


class DraftInstalment(models.Model):
    """One instalment of a draft: its day, its fen, the account it pays and what makes it a breach."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    draft = models.ForeignKey(AgreementDraft, on_delete=models.CASCADE, related_name="instalments")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField(default=0)
    trigger = models.CharField(max_length=20, choices=choices(TRIGGERS))

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_instalment_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, interest_fen__gte=0, interest_fen__lte=models.F("amount_fen")),
                name="draft_instalment_amounts",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="draft_instalment_append_only", operation=pgtrigger.Update),
        ]


class Obligation(models.Model):
    """What one side does beside paying, by its day. It is watched from the day the draft is in force."""

    personal_data: ClassVar[tuple[str, ...]] = ("text", "evidence")

    draft = models.ForeignKey(AgreementDraft, on_delete=models.CASCADE, related_name="obligations")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="obligations")
    party = models.CharField(max_length=8, choices=choices(DUTY_PARTIES))
    kind = models.CharField(max_length=20, choices=choices(DUTY_KINDS))
    text = SealedField(blank=True)
    amount_fen = models.BigIntegerField(null=True, blank=True)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence = SealedField(blank=True, help_text="what proves that it was done")
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="found overdue and handed on")

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"],
                name="obligation_to_watch",
                condition=Q(done_at__isnull=True, overdue_at__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0), name="obligation_amount"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="obligation_done_by_somebody",
            ),
        ]


class DraftSignature(models.Model):
    """That one signatory signed one version: which document, when, how it was proven, and the authority's signature.

    ``customer`` is the record; ``person`` the co-borrower or guarantor who signed, by their own record, ``related`` one
    who has none. The drawn line, the typed name and where it came from are sealed; of a one-time code the row says only
    which. What was signed by hand names the paper it stands on.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("name", "strokes", "address")

    draft = models.ForeignKey(AgreementDraft, on_delete=models.CASCADE, related_name="signatures")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    signatory = models.CharField(max_length=12, choices=choices(SIGNATORIES))
    person = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    related = models.ForeignKey(RelatedPerson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey(
        "mediation.PaperSigning", on_delete=models.PROTECT, null=True, blank=True, related_name="signatures"
    )
    name = SealedField(help_text="as typed by whoever signed")
    strokes = SealedField(blank=True, help_text="the line as drawn")
    sha256 = models.CharField(max_length=64)
    proof = models.CharField(max_length=12, choices=choices(PROOFS))
    code = models.ForeignKey(OneTimeCode, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seal_reference = models.CharField(max_length=80, blank=True)
    address = SealedField(blank=True, help_text="of the network it came from")
    authority = models.CharField(max_length=20, blank=True, help_text="which signing authority; empty: none")
    signature = models.TextField(blank=True)
    certificate = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            # Nobody signs twice; of a role there may be several people.
            models.UniqueConstraint(
                fields=["draft", "signatory", "person", "related"], nulls_distinct=False, name="draft_signature_once"
            ),
            models.CheckConstraint(
                condition=Q(proof="one_time", staff__isnull=True, code__isnull=False, paper__isnull=True)
                & Q(signatory__in=["customer", *PARTY_ROLES])
                | Q(proof__in=["password", "totp"], staff__isnull=False, code__isnull=True, paper__isnull=True)
                & ~Q(signatory__in=["customer", *PARTY_ROLES])
                | Q(proof="paper", code__isnull=True, paper__isnull=False),
                name="draft_signature_is_proven",
            ),
            models.CheckConstraint(
                # Who has no record of their own has no number to prove themselves by: they sign on paper.
                condition=Q(signatory__in=list(PARTY_ROLES), person__isnull=False, related__isnull=True)
                | Q(signatory__in=list(PARTY_ROLES), person__isnull=True, related__isnull=False, proof="paper")
                | ~Q(signatory__in=list(PARTY_ROLES)) & Q(person__isnull=True, related__isnull=True),
                name="draft_signature_of_a_party_is_a_persons",
            ),
            models.CheckConstraint(
                condition=~Q(signatory="organisation") | ~Q(seal_reference="") | Q(proof="paper"),
                name="draft_seal_has_its_authority",
            ),
            models.CheckConstraint(
                condition=Q(authority="", signature="") | ~Q(authority="") & ~Q(signature="") & ~Q(certificate=""),
                name="draft_signature_whole",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="draft_signature_append_only", operation=pgtrigger.Update),
        ]

    @property
    def key(self) -> str:
        """What names it among the signatures of its draft."""
        return key_of(self.signatory, self.person_id, self.related_id)
