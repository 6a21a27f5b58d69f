"""Blind bidding: what each side proposes, unseen by anybody else until both have."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from collections_app.models.fields import WalledField
from mediation.domain.sides import ROUND_STATES, ROUND_TRANSITIONS, SIDES
from mediation.models.mediation import Mediation
from mediation.models.organisation import Mediator
from mediation.models.session import Session


class ProposalRound(models.Model):
    """One round: open to both sides until its deadline, revealed when the second proposal comes, or withdrawn."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    mediation = models.ForeignKey(Mediation, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=choices(ROUND_STATES), default="open")
    payoff_fen = models.BigIntegerField(help_text="what pays the account off when the round opens: nobody asks more")
    opened_by = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("round of proposals")
        verbose_name_plural = _("rounds of proposals")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mediation", "number"], name="proposal_round_number_once"),
            models.UniqueConstraint(fields=["mediation"], condition=Q(state="open"), name="proposal_round_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="proposal_round_ended_with_its_moment",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="proposal_round_has_length"),
            models.CheckConstraint(condition=Q(payoff_fen__gt=0), name="proposal_round_about_something"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="proposal_round_transitions",
                field="state",
                transitions=[(old, new) for old, after in ROUND_TRANSITIONS.items() for new in sorted(after)],
            ),
            # The last net under the blindness: nothing is revealed while one side has not proposed.
            pgtrigger.Trigger(
                name="proposal_round_reveals_both",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("NEW.state = 'revealed'"),
                func="""
                    IF (SELECT count(*) FROM mediation_proposal WHERE round_id = NEW.id) <> 2 THEN
                        RAISE EXCEPTION 'a side has not proposed' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]


class Proposal(models.Model):
    """What one side proposes in a round. ``terms`` is JSON: the sum in fen and the number of monthly instalments."""

    personal_data: ClassVar[tuple[str, ...]] = ("terms", "reason")

    round = models.ForeignKey(ProposalRound, on_delete=models.CASCADE, related_name="proposals")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=choices(SIDES))
    terms = WalledField()
    reason = WalledField(blank=True)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "side"], name="proposal_one_a_side"),
            models.CheckConstraint(
                condition=Q(side="bank", made_by__isnull=False) | Q(side="customer", made_by__isnull=True),
                name="proposal_by_its_side",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="proposal_append_only", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="proposal_in_an_open_round",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT FROM mediation_proposalround
                        WHERE id = NEW.round_id AND state = 'open' AND closes_at > NEW.made_at) THEN
                        RAISE EXCEPTION 'the round is not open' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
