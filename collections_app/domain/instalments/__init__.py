"""Paying a debt in instalments: schedules to the fen, what they cost a year, and what early money changes."""
