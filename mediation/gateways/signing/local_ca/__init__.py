"""A test authority on this machine: no third party vouches for what it signs, and production refuses it."""
