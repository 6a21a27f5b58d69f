"""Talks about one account: proposed, scheduled, ended."""

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Account, Customer, HandOff, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import SealedField
from mediation.domain.consents import ORIGINS
from mediation.domain.kinds import CONSENTS, KINDS
from mediation.domain.route import ROUTE_REASONS, ROUTES
from mediation.domain.states import MEDIATION_STATES, MEDIATION_TRANSITIONS, steps
from mediation.domain.tracks import TRACK_REASONS, TRACKS

if TYPE_CHECKING:
    from mediation.models.agreement import Agreement
    from mediation.models.draft import AgreementDraft


class Mediation(models.Model):
    """A mediation by an organisation, or a negotiation by the bank itself, about one account.

    The bank consents by proposing; the customer's consent is recorded when given. The row is the queue of
    what waits for a date: ``next_try_at`` says when the scheduler looks again.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="mediations")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="mediations")
    kind = models.CharField(_("kind"), max_length=12, choices=choices(KINDS))
    state = models.CharField(_("state"), max_length=12, choices=choices(MEDIATION_STATES), default="proposed")
    route = models.CharField(_("by"), max_length=12, choices=choices(ROUTES))
    route_reason = models.CharField(max_length=16, choices=choices(ROUTE_REASONS))
    route_limit_fen = models.BigIntegerField(null=True, blank=True)
    track = models.CharField(
        _("track"), max_length=8, choices=choices(TRACKS), default="ordinary", db_default="ordinary"
    )
    track_reason = models.CharField(
        max_length=16, choices=choices(TRACK_REASONS), blank=True, default="", db_default=""
    )
    dispute_type = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="code of the list of disputes"
    )
    origin = models.CharField(max_length=12, choices=choices(ORIGINS), default="collections", db_default="collections")
    handoff = models.ForeignKey(
        HandOff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="the wish it came from"
    )
    amount_fen = models.BigIntegerField(help_text="what pays the account off on the day of the proposal")
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="mediations_proposed")
    department = models.CharField(max_length=16)
    proposed_at = models.DateTimeField()
    customer_consent = models.CharField(max_length=8, choices=choices(CONSENTS), default="unknown")
    customer_answered_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="when the mediator accepted: the term runs")
    term_ends_on = models.DateField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("mediation")
        verbose_name_plural = _("mediations")
        indexes: ClassVar = [
            models.Index(fields=["customer", "-id"], name="mediation_of_record"),
            # What waits for a date, soonest try first.
            models.Index(fields=["next_try_at"], name="mediation_waiting", condition=Q(state="proposed")),
            # What has run out of its term.
            models.Index(fields=["term_ends_on"], name="mediation_term", condition=~Q(state="ended")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=~Q(state="ended"), name="mediation_one_open_per_account"
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False) & ~Q(ending="")
                | ~Q(state="ended") & Q(ended_at__isnull=True, ending=""),
                name="mediation_ended_with_its_ending",
            ),
            models.CheckConstraint(
                condition=Q(customer_consent="unknown", customer_answered_at__isnull=True)
                | ~Q(customer_consent="unknown") & Q(customer_answered_at__isnull=False),
                name="mediation_consent_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(ending__in=["agreed", "partial"]) | Q(customer_consent="yes"),
                name="mediation_no_agreement_without_consent",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="mediation_transitions", field="state", transitions=steps(MEDIATION_TRANSITIONS)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def shown_draft(self) -> "AgreementDraft | None":
        """The version of its agreement that may be signed now, or that is in force."""
        return self.drafts.filter(state__in=["open", "in_force"]).order_by("-version").first()

    @property
    def signed(self) -> "Agreement | None":
        """What the parties signed, if they did."""
        return getattr(self, "agreement", None)


class Position(models.Model):
    """What one party brings to the talks, filed before the session; both sides and the mediator read it."""

    personal_data: ClassVar[tuple[str, ...]] = ("text",)

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="positions")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=[("bank", _("bank")), ("customer", _("customer"))])
    text = SealedField()
    filed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["filed_at", "id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="position_append_only", operation=pgtrigger.Update),
        ]
