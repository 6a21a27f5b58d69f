"""How somebody looked for a customer, as the log of searches keeps it: never what they typed."""

from collections_app.domain.terms import TermList

# What was typed, by its shape alone; what it found says the rest.
NAME, NUMBER, BOTH = "name", "number", "both"
SEARCH_KEYS = TermList(
    (NAME, "姓名或拼音", "Name or pinyin"),
    (NUMBER, "号码或尾号", "Number or its tail"),
    (BOTH, "姓名加尾号", "Name and number"),
)


def key_of(text: str) -> str:
    """Return of which kind a typed text is: words without a digit are a name."""
    words = text.split()
    numbers = [any(sign.isdigit() for sign in word) for word in words]
    if all(numbers) and numbers:
        return NUMBER
    return BOTH if any(numbers) else NAME
