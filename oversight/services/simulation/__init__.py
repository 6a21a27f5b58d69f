"""Simulating two departments that each work on their own copy, and the same two on one record."""
