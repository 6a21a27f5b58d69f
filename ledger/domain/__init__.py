"""The mathematics and the byte formats of the log: pure functions, no database."""
