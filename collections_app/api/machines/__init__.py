"""The API of machines: tokens, permits, reports and telephone events. docs/api.md describes it."""
