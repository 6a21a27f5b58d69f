"""Choosing messages: features, objections, experiments, choices, learning."""
