"""The administration's pages of repayment: read, never written."""

from repayment.admin import payments, settlement

__all__ = ["payments", "settlement"]
