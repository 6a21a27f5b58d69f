"""Forms of repayment."""
