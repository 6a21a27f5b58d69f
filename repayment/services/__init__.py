"""The only writers of repayment."""
