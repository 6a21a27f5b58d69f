"""The forms of letters: what was posted, what became of one, a file of many, and why a file is taken again."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.forms.keyed import KeyedForm
from notifications.domain.letters import LETTER_STATES, RETURNS
from notifications.domain.post_file import MOST_BYTES

_LINE = {"class": "form-control", "autocomplete": "off"}
# What people say of a letter; the other states are the program's.
TOLD = ("posted", "delivered", "returned", "withdrawn")


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})


class ReasonForm(KeyedForm):
    """Why the file of a batch is taken again, or how one knows whether the print house has it."""

    words_about = ""
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, widget=forms.TextInput(attrs=_LINE))


class PostedForm(KeyedForm):
    """On which day the letters of a batch were posted."""

    on = forms.DateField(label=_("Posted on"), widget=_day())


class NewsForm(KeyedForm):
    """What became of one letter."""

    words_about = ""
    outcome = forms.ChoiceField(label=_("What became of it"), widget=forms.Select(attrs={"class": "form-select"}))
    on = forms.DateField(label=_("On the day"), widget=_day())
    reference = forms.CharField(
        label=_("Postal reference"), max_length=40, required=False, widget=forms.TextInput(attrs=_LINE)
    )
    why = forms.ChoiceField(
        label=_("Returned because"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        outcome, why = self.fields["outcome"], self.fields["why"]
        assert isinstance(outcome, forms.ChoiceField)
        assert isinstance(why, forms.ChoiceField)
        outcome.choices = [(code, LETTER_STATES[code].text(language)) for code in TOLD]
        why.choices = [("", "—"), *((code, term.text(language)) for code, term in RETURNS.items())]


class PostFileForm(KeyedForm):
    """A file with one line for each letter's news."""

    words_about = ""
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 or GB18030: letter, outcome, day, reference, reason."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that is larger than anybody reads."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large."))
        return file
