"""Emergencies: incidents that stop collection for many, and the red button that stops it for one."""
