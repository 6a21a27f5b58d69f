"""Remembering what customers were told, and noticing when the truth moves away from it."""
