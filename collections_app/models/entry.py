"""Entries: the ledger of an account, from its opening to the core's latest payoff, and what stands beside it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.account import Account
from collections_app.models.customer import Customer
from collections_app.models.intake import IntakeBatch


class Entry(models.Model):
    """Something that moved what an account owes. Amounts in fen.

    A payment lowers it and a reversal raises it again; both are OneCase's own, with positive amounts. They are
    ``received`` while they stand beside the core's balance, and ``posted`` once a file contains them. One that
    arrived as another sum than was sent is ``unidentified``: it does not count, and nobody is asked for it again. An
    adjustment is what a file moved beyond those, with its sign (positive: more is owed). So the account's opening
    and its posted entries always sum up to the payoff of the core's latest file. That of an account that left the
    file keeps what it had owed in ``lowered``, should it come back.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="entries")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(
        max_length=12,
        choices=[("payment", _("payment")), ("reversal", _("reversal")), ("adjustment", _("adjustment"))],
    )
    state = models.CharField(
        max_length=12,
        choices=[
            ("in_flight", _("in flight")),
            ("unidentified", _("held, not yet identified")),
            ("received", _("received")),
            ("posted", _("posted")),
            ("failed", _("failed")),
        ],
    )
    amount_fen = models.BigIntegerField()
    money_fen = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text="adjustments: how much of it is at least money the core saw come in (negative: taken back)",
    )
    earliest_on = models.DateField(null=True, blank=True, help_text="adjustments: the first day it may have happened")
    latest_on = models.DateField(null=True, blank=True, help_text="adjustments: the day the file stands for")
    lowered = models.JSONField(
        null=True,
        blank=True,
        help_text="what a payment, or leaving the file, lowered of each amount, which a bounce raises again",
    )
    channel = models.CharField(max_length=16)
    reference = models.CharField(max_length=64)
    of_reference = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="a reversal of a part: the payment it takes back from; one of the whole has the payment's reference",
    )
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey(
        IntakeBatch, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-occurred_at", "-id"]
        indexes: ClassVar = [
            # What stands beside the core's balance: few rows, however many adjustments the years bring.
            models.Index(
                fields=["customer"],
                name="entry_beside_core",
                condition=models.Q(state__in=["received", "in_flight", "unidentified"]),
            ),
            # The money seen on an account, own and the core's.
            models.Index(
                fields=["account"],
                name="entry_money",
                condition=~models.Q(kind="adjustment") | ~models.Q(money_fen=0),
            ),
            # What a file tells of money, for those whose promise, plan or claim it may move.
            models.Index(
                fields=["batch"],
                name="entry_of_batch",
                condition=models.Q(kind="reversal") | ~models.Q(money_fen=0),
            ),
            # The money of a day, for the board.
            models.Index(fields=["recorded_at"], name="entry_by_day", condition=models.Q(kind="payment")),
            # The payments that bounced lately, which whoever took the money follows.
            models.Index(
                fields=["recorded_at"], name="entry_bounced", condition=models.Q(kind="reversal", of_reference="")
            ),
            # The parts that were taken back of a payment.
            models.Index(fields=["of_reference"], name="entry_part_of", condition=~models.Q(of_reference="")),
        ]
        triggers: ClassVar = [
            # At commit: own money that counts is in the journal with the same sum.
            pgtrigger.Trigger(
                name="entry_is_booked",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition("NEW.kind <> 'adjustment' AND NEW.state IN ('received', 'posted')"),
                func="""
                    IF (SELECT sum(line.amount_fen) FROM collections_app_journal journal
                        JOIN collections_app_journalline line ON line.journal_id = journal.id
                        WHERE journal.entry_id = NEW.id AND line.book NOT IN ('clearing', 'unidentified'))
                        IS DISTINCT FROM (CASE NEW.kind WHEN 'payment' THEN -NEW.amount_fen ELSE NEW.amount_fen END)
                    THEN
                        RAISE EXCEPTION 'entry % is not booked', NEW.id USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reference", "kind"], name="entry_reference_once"),
            models.CheckConstraint(
                condition=models.Q(kind="adjustment") | models.Q(amount_fen__gt=0), name="entry_own_money_positive"
            ),
        ]
