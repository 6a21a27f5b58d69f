"""Personal targeting: which approved wording, at which hour, on which channel. Pure mathematics and tables."""
