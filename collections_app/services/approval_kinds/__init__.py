"""What can be asked for: one file for each kind of approval, all of the same shape (see docs/approvals.md)."""
