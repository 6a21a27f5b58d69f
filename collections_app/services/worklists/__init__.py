"""Worklists: giving out cases one by one, keeping and ending claims, and views as data."""
