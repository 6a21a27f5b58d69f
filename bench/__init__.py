"""Benchmarks: each runs what it measures beside its peer and its floor, in one run, and reports ratios."""
