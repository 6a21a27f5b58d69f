"""The nightly file: its format, its rows, and when it is refused."""
