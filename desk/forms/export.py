"""What a file is for, and which kind."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.exports import FILE_FORMATS
from collections_app.forms.keyed import KeyedForm
from desk.forms.base import term_choices
from desk.forms.fields import choice_input, text_input


class ExportForm(KeyedForm):
    """The reason, which is logged and stands in the file, and the kind of file."""

    reason = forms.CharField(label=_("What the file is for"), max_length=300, widget=text_input(2))
    file_format = forms.ChoiceField(label=_("Kind of file"), widget=choice_input())

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # a form's own
        self.fields["file_format"].choices = term_choices(FILE_FORMATS)  # type: ignore[attr-defined]  # it chooses
