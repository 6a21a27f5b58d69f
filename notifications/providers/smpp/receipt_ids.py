"""One name for a text: many message centres answer with a number in one base and report on it in another."""

DECIMAL, HEX = "decimal", "hex"


def taken(name: str, *, how: str) -> str:
    """Return the name of a text as its receipts will write it, without leading noughts.

    ``how`` is ``same``, ``decimal`` (given in hexadecimal, reported in decimal) or ``hex`` (the other way round). What
    is no such number stays as it is.
    """
    try:
        return {DECIMAL: lambda: str(int(name, 16)), HEX: lambda: f"{int(name):x}"}[how]()
    except (KeyError, ValueError):
        return name


def reported(name: str, *, how: str) -> str:
    """Return the name in a receipt as ``taken`` writes it."""
    try:
        return {DECIMAL: lambda: str(int(name)), HEX: lambda: f"{int(name, 16):x}"}[how]()
    except (KeyError, ValueError):
        return name
