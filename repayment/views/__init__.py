"""Views of repayment."""
