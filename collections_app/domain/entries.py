"""Entries: which payments nobody is asked for again although they do not count yet."""

# Begun by the customer and not yet received.
IN_FLIGHT = "in_flight"
# Arrived, but not as it was sent: the bank has the money, and somebody has to find out what it is for.
UNIDENTIFIED = "unidentified"
UNDER_WAY = frozenset({IN_FLIGHT, UNIDENTIFIED})
