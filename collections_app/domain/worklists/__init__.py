"""Worklists: what a view of them may ask for, in which order, and how a case is claimed from one."""
