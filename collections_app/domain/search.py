"""What a person can be found by: exact name, pinyin, initials, and tails of numbers."""

import re
import unicodedata

from pypinyin import lazy_pinyin


def normal(text: str) -> str:
    """Return a text as it is compared: full-width forms folded, spaces and dots removed, lower case."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s·•.\-]", "", folded)


def name_keys(name: str) -> set[str]:
    """Return the search keys of a name: itself, its pinyin and its initials."""
    plain = normal(name)
    if not plain:
        return set()
    syllables = lazy_pinyin(plain)
    return {plain, "".join(syllables), "".join(syllable[0] for syllable in syllables if syllable)}


def number_keys(number: str) -> set[str]:
    """Return the search keys of a phone, ID or account number: itself and its last four signs."""
    plain = re.sub(r"[^0-9a-zA-Z]", "", number).upper()
    return {plain, plain[-4:]} if len(plain) >= 4 else set()
