"""Pure rules of repayment."""
