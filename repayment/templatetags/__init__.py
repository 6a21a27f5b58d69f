"""Template tags of repayment."""
