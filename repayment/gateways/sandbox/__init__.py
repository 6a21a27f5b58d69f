"""The sandbox gateway: a bank's cashier on this machine, for demo and tests."""
