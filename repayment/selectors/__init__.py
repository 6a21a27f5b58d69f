"""Reads of repayment."""
