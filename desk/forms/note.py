"""A note for colleagues."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.services.notes import LONGEST
from desk.forms.base import RecordForm
from desk.forms.fields import text_input


class NoteForm(RecordForm):
    """What a colleague should know."""

    words_about = ""

    text = forms.CharField(label=_("Note"), max_length=LONGEST, widget=text_input(5))
