"""Payment gateways. Each is a folder with a ``gateway`` module of the same shape; docs/repayment.md has the contract."""
