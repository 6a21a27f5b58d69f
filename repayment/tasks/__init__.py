"""Background work of repayment."""

from repayment.tasks.payments import sweep_payments

__all__ = ["sweep_payments"]
