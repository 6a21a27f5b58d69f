"""Words that do not belong into notes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.domain.note_words import LANGUAGES, NOTE_TOPICS
from collections_app.forms.note_words import NoteWordsForm
from collections_app.models import NoteWords
from collections_app.services import note_words


def _name(row: NoteWords) -> str:
    language = get_language() or "zh-hans"
    return f"{NOTE_TOPICS[row.topic].text(language)} · {LANGUAGES[row.language].text(language)}"


@admin.display(description=_("words"))
def words(row: NoteWords) -> str:
    """Return the first words of a list."""
    found = row.words.splitlines()
    return "、".join(found[:8]) + ("…" if len(found) > 8 else "")


@admin.display(description=_("topic"), ordering="topic")
def topic(row: NoteWords) -> str:
    """Return the topic and the language."""
    return _name(row)


@admin.register(NoteWords)
class NoteWordsAdmin(ServiceAdmin[NoteWords]):
    """One list a topic and language."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "A text with one of these words is not saved: its author is told which, and mends it. In the kinds of text "
        "named as needing them they pass. Records are read by customers and in court."
    )
    form = NoteWordsForm
    list_display = (topic, words, "active")
    ordering = ("topic", "language")

    def name_of(self, row: NoteWords) -> str:
        """Return the topic and the language."""
        return _name(row)

    def write(self, request: HttpRequest, row: NoteWords, form: Any) -> NoteWords:
        """Save the list."""
        return note_words.save(row=row, actor=actor_of(request))
