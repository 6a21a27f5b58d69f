"""Payment gateways. Each is a folder of the same shape, whose ``gateway`` module keeps the contract of the registry."""
