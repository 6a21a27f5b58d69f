"""Where links may be put into a message at all, whatever the provider could carry."""

# Regulators, banks and platforms of the mainland tell people never to open a link in a text message, and a
# platform takes only constant, registered ones (facts 0.2, 0.3, W-2): there the typed code leads to the page.
LINKS_OFF = frozenset({"CN"})


def links_allowed(country: str) -> bool:
    """Return whether a message to a number of that country may contain a link."""
    return bool(country) and country not in LINKS_OFF
