"""Writing to the log, proving from it and verifying it."""
