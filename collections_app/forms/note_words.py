"""The form of words that do not belong into notes."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.note_words import LANGUAGES, NOTE_TOPICS
from collections_app.models import NoteWords
from collections_app.selectors import codes


class NoteWordsForm(forms.ModelForm[NoteWords]):
    """Topic, language and the kinds of text are chosen; the words are typed, one a line."""

    class Meta:
        model = NoteWords
        fields: ClassVar = ["topic", "language", "words", "needed_in", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = get_language() or "zh-hans"
        for name, terms in (("topic", NOTE_TOPICS), ("language", LANGUAGES)):
            options = [(code, term.text(spoken)) for code, term in terms.items()]
            self.fields[name] = forms.ChoiceField(label=self.fields[name].label, choices=options)
        kinds = {code: name for of in ("holds", "handoffs", "outcomes") for code, name in codes.choices(of)}
        self.fields["needed_in"] = forms.MultipleChoiceField(
            label=_("needed in"),
            choices=list(kinds.items()),
            required=False,
            help_text=_("Holds, hand-offs and call outcomes whose words may say so."),
        )
