"""The sandbox gateway's own book: the other side of a payment, as a bank's cashier would keep it."""

from typing import ClassVar

from django.db import models


class SandboxOrder(models.Model):
    """One order at the sandbox cashier. Demo and tests only; OneCase reads it only through the gateway's code."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    reference = models.CharField(max_length=32, unique=True)
    gateway_reference = models.CharField(max_length=64, unique=True)
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    outcome = models.CharField(
        max_length=12,
        choices=[("open", "open"), ("paid", "paid"), ("cancelled", "cancelled"), ("failed", "failed")],
        default="open",
    )
    refunds = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text="each refund as [fen, instant]",
    )
    dispute = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        choices=[("open", "open"), ("won", "won"), ("lost", "lost")],
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    @property
    def refunded_fen(self) -> int:
        """All that was sent back so far."""
        return sum(fen for fen, _at in self.refunds)
