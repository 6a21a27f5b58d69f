"""Who works an account: pools, rules of assignment, what keeps an account where it is, and walls."""
