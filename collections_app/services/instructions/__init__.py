"""Telling the core what was let off: each line once, in files, and what the core answers."""
