"""Who works what, and how much."""
