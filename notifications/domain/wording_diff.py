"""What changed between two wordings, in pieces a person reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# A variable, a word of Latin letters or digits, or one sign of anything else.
_PIECE = re.compile(r"\{\w+\}|[A-Za-z0-9]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is in both wordings (``same``), only in the old (``out``) or only in the new (``in``)."""

    how: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Return the pieces that lead from the old wording to the new one, in reading order."""
    return list(_pieces(_PIECE.findall(old), _PIECE.findall(new)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for how, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            yield Piece("same", "".join(old[old_from:old_to]))
            continue
        if old_to > old_from:
            yield Piece("out", "".join(old[old_from:old_to]))
        if new_to > new_from:
            yield Piece("in", "".join(new[new_from:new_to]))
