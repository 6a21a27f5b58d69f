"""The administration's pages of repayment: read, and written by services alone."""

from repayment.admin import held, payments, settlement

__all__ = ["held", "payments", "settlement"]
