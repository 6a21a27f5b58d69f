"""The demo bank: real balances, invented people. Pure and seeded: the same day gives the same bank."""
