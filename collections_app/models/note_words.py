"""Words that do not belong into a note."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.note_words import LANGUAGES, NOTE_TOPICS
from collections_app.models.choices import choices


class NoteWords(models.Model):
    """The words of one topic in one language, and the kinds of text that need them."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    topic = models.CharField(_("topic"), max_length=8, choices=choices(NOTE_TOPICS))
    language = models.CharField(_("language"), max_length=2, choices=choices(LANGUAGES))
    words = models.TextField(_("words"), help_text=_("One a line."))
    needed_in = models.JSONField(_("needed in"), default=list, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("words that do not belong into a note")
        verbose_name_plural = _("words that do not belong into notes")
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "language"], name="note_words_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.language}"
