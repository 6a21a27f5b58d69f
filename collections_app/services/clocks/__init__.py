"""Limitation and guarantee: what interrupts is written down, where a clock stands is counted, and alarms ring."""
