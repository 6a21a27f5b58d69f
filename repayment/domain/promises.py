"""Promising a day on the customer's own page."""

from datetime import timedelta

# Whoever has not kept their word on an account for so long speaks with a person first (policy): promises stop
# collection, and nobody shall stop it by words alone.
WAIT_AFTER_BROKEN = timedelta(days=30)
