"""Background work of repayment."""

from repayment.tasks.payments import follow_postings, reconcile, sweep_payments

__all__ = ["follow_postings", "reconcile", "sweep_payments"]
