"""What goes with a hand-off: its clock, the hold it brings, and its way up before it is overdue (docs/handoffs.md)."""
