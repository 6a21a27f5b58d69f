"""Reads of what customers were told, and of what is true beside it."""
