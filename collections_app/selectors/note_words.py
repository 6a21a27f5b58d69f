"""Words that do not belong into a note, as compliance has them now."""

from collections_app.domain.note_words import NoteRule, words_of
from collections_app.models import NoteWords


def in_use() -> list[NoteRule]:
    """Return the lists in use. One query."""
    return [
        NoteRule(row.topic, row.language, words_of(row.words), frozenset(row.needed_in))
        for row in NoteWords.objects.filter(active=True).order_by("topic", "language")
    ]
