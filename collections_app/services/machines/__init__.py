"""Machines outside: their clients and tokens, their permits, what they report, and calls they tell of."""
