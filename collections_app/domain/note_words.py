"""Words that do not belong into a free text: abuse, and what is said of health or family without need.

A record is read in court and by the customer. Which words, and where they are needed all the same, are rows that
compliance edits; the texts and rows come as arguments.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class NoteTopic(StrEnum):
    ABUSE = "abuse"
    HEALTH = "health"
    FAMILY = "family"


NOTE_TOPICS = TermList(
    ("abuse", "辱骂或贬损", "Abuse or contempt"),
    ("health", "健康情况", "Health"),
    ("family", "家庭情况", "Family"),
)
LANGUAGES = TermList(("zh", "中文", "Chinese"), ("en", "英文", "English"))


@dataclass(frozen=True, slots=True)
class NoteRule:
    """Words of one topic and language, and the kinds of text that need them (``hardship``, ``illness`` …)."""

    topic: str
    language: str
    words: tuple[str, ...]
    needed_in: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """One word of a text that stands in a list, as it was written."""

    topic: str
    word: str


def check(*, text: str, kind: str, rules: Iterable[NoteRule]) -> list[Found]:
    """Return every word of a text that does not belong into a text of this kind, in the order of the text.

    Latin words are found whole, whatever their case, also where Chinese runs on beside them; Chinese ones anywhere.
    """
    found: dict[tuple[int, str], Found] = {}
    for rule in rules:
        if kind in rule.needed_in:
            continue
        for word in rule.words:
            for match in re.finditer(_pattern(word, rule.language), text, re.IGNORECASE):
                found.setdefault((match.start(), match.group()), Found(rule.topic, match.group()))
    return [found[key] for key in sorted(found)]


def _pattern(word: str, language: str) -> str:
    plain = re.escape(word)
    # Only Latin letters and digits go on a Latin word: to Python a Chinese character is a letter too.
    return rf"(?<!(?a:\w)){plain}(?!(?a:\w))" if language == "en" else plain


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a list that was typed one a line, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
