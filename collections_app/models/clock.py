"""Limitation and guarantee: the rows of the law, what interrupted, and where each clock stands."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.clocks.guarantee import GUARANTEE_KINDS
from collections_app.domain.clocks.limitation import LEVELS, OBSTACLES
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.event import Event
from collections_app.models.fields import SealedField
from collections_app.models.person import RelatedPerson
from collections_app.models.rule import RuleBasis
from collections_app.models.staff import Staff


class ClockRuleKind(models.TextChoices):
    LIMITATION_YEARS = "limitation_years", _("limitation, in years")
    GUARANTEE_MONTHS = "guarantee_months", _("guarantee period where none was agreed, in months")
    INTERRUPTS = "interrupts", _("interrupts limitation")
    SUSPENDED_MONTHS = "suspended_months", _("limitation after an obstacle is gone, in months")
    HOLIDAY_END = "holiday_end", _("last day on a holiday: days until it moves on")
    ENFORCEMENT_YEARS = "enforcement_years", _("to apply for enforcement of a judgment, in years")


class ClockRule(models.Model):
    """One row of the law of limitation or guarantee: what it says, its article and source, and who has verified it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    code = models.CharField(_("code"), max_length=24, unique=True)
    country = models.CharField(_("country"), max_length=2, default="CN")
    kind = models.CharField(_("kind"), max_length=20, choices=ClockRuleKind.choices)
    event_kind = models.CharField(_("what interrupts"), max_length=20, blank=True)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    article = models.CharField(_("article"), max_length=80)
    basis = models.CharField(_("basis"), max_length=10, choices=RuleBasis.choices, default=RuleBasis.LAW)
    source = models.CharField(_("source"), max_length=240)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("rule of a clock")
        verbose_name_plural = _("rules of clocks")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="interrupts", number__isnull=True) & ~models.Q(event_kind="")
                | ~models.Q(kind="interrupts") & models.Q(number__gt=0, event_kind=""),
                name="clock_rule_says_a_number_or_a_kind",
            ),
            models.UniqueConstraint(
                fields=["country", "kind", "event_kind"], name="clock_rule_once", condition=models.Q(event_kind="")
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LimitationEvent(models.Model):
    """Something that interrupted the limitation of an account, with its evidence. Another row revokes it.

    ``source`` names what the product itself knows it by (``promise:7``); what a person recorded has their evidence.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("evidence",)

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="limitation_events")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="limitation_events")
    kind = models.CharField(max_length=20)
    on = models.DateField(_("took effect on"))
    article = models.CharField(_("article"), max_length=80, blank=True)
    source = models.CharField(_("known by"), max_length=40, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    evidence = SealedField(blank=True)
    revokes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="revoked_by")
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("interruption of limitation")
        verbose_name_plural = _("interruptions of limitation")
        indexes: ClassVar = [models.Index(fields=["account", "-on"], name="limitation_of_account")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "kind", "source"],
                condition=models.Q(revokes__isnull=True) & ~models.Q(source=""),
                name="limitation_event_once",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="limitation_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class LimitationSuspension(models.Model):
    """An obstacle that keeps the bank from suing for an account, with its evidence; open while it stands.

    What is written stays: the day it was gone is added once, and a wrong row is revoked with the reason.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("evidence", "gone_evidence", "revoke_reason")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="limitation_suspensions")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="limitation_suspensions")
    kind = models.CharField(_("obstacle"), max_length=20, choices=choices(OBSTACLES))
    since = models.DateField(_("obstacle since"))
    evidence = SealedField()
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    gone_on = models.DateField(_("obstacle gone on"), null=True, blank=True)
    gone_evidence = SealedField(blank=True)
    gone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("suspension revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = SealedField(blank=True)

    class Meta:
        verbose_name = _("suspension of limitation")
        verbose_name_plural = _("suspensions of limitation")
        indexes: ClassVar = [
            # What lengthens the limitation of an account: each night asks for all of them.
            models.Index(
                fields=["account", "since"], name="suspension_of_account", condition=models.Q(revoked_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(gone_on__isnull=True) | models.Q(gone_on__gte=models.F("since")),
                name="suspension_ends_after_it_began",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="suspension_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="suspension_written_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__account_id__df=pgtrigger.F("new__account_id"))
                | pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind"))
                | pgtrigger.Q(old__since__df=pgtrigger.F("new__since"))
                | pgtrigger.Q(old__gone_on__isnull=False) & pgtrigger.Q(old__gone_on__df=pgtrigger.F("new__gone_on"))
                | pgtrigger.Q(old__revoked_at__isnull=False),
            ),
        ]


class LimitationClock(models.Model):
    """Where the limitation of an account stands. An account without a row, or a row without a last day, is unknown.

    Written by services/clocks alone: at once when something interrupts, and every night for all.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="limitation")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="limitations")
    begins_on = models.DateField(null=True, blank=True)
    last = models.ForeignKey(LimitationEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_on = models.DateField(null=True, blank=True)
    until = models.DateField(_("limitation runs until"), null=True, blank=True)
    level = models.CharField(max_length=8, choices=choices(LEVELS), default="unknown")

    class Meta:
        indexes: ClassVar = [
            # The worklist of what ends soon, and the alarms of a night.
            models.Index(
                fields=["level", "customer"],
                name="limitation_ending",
                condition=models.Q(level__in=["180", "90", "30", "over"]),
            ),
        ]


class Guarantee(models.Model):
    """What a guarantor stands for on one account, and until when; ``level`` is renewed every night."""

    personal_data: ClassVar[tuple[str, ...]] = ("evidence", "claim_evidence")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="guarantees")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="guarantees")
    person = models.ForeignKey(RelatedPerson, on_delete=models.PROTECT, related_name="guarantees")
    kind = models.CharField(max_length=8, choices=choices(GUARANTEE_KINDS))
    debt_due_on = models.DateField(null=True, blank=True)
    agreed_until = models.DateField(null=True, blank=True)
    evidence = SealedField()
    claimed_on = models.DateField(null=True, blank=True)
    claim_evidence = SealedField(blank=True)
    until = models.DateField(null=True, blank=True)
    level = models.CharField(max_length=8, choices=choices(LEVELS), default="unknown")
    recorded_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("guarantee")
        verbose_name_plural = _("guarantees")
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "person"], name="guarantee_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["level", "customer"],
                name="guarantee_ending",
                condition=models.Q(level__in=["180", "90", "30", "over"]),
            ),
        ]
        triggers: ClassVar = [
            # When the guarantor was called upon is evidence: it is written once.
            pgtrigger.Protect(
                name="guarantee_claim_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__claimed_on__isnull=False)
                & pgtrigger.Q(old__claimed_on__df=pgtrigger.F("new__claimed_on")),
            ),
        ]
