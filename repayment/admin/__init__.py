"""The administration's pages of repayment: read, never written."""

from repayment.admin import payments

__all__ = ["payments"]
