"""The forms of a text: its wording with its days, what a provider said of it, and a record to preview it with."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.forms.keyed import KeyedForm
from notifications.domain.registrations import REGISTRATION_STATES

_LONGEST_BODY = 1000


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})


class TextForm(KeyedForm):
    """A wording, from when to when, and why it is wanted."""

    body = forms.CharField(
        label=_("Wording"),
        max_length=_LONGEST_BODY,
        strip=False,
        widget=forms.Textarea(attrs={"class": "form-control text-body", "rows": 5, "autocomplete": "off"}),
    )
    valid_from = forms.DateField(
        label=_("Valid from"), required=False, widget=_day(), help_text=_("Empty: from its approval on.")
    )
    valid_to = forms.DateField(
        label=_("Valid to"), required=False, widget=_day(), help_text=_("Empty: until another replaces it.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
        help_text=_("Read by the person who approves."),
    )


class RegistrationForm(KeyedForm):
    """What a provider that approves texts itself has said of one."""

    provider = forms.ChoiceField(label=_("Provider"), widget=forms.Select(attrs={"class": "form-select"}))
    state = forms.ChoiceField(label=_("What it said"), widget=forms.Select(attrs={"class": "form-select"}))
    provider_template = forms.CharField(label=_("Its own id"), required=False, max_length=64, widget=_line())
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200, widget=_line())

    def __init__(self, *args: Any, providers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["provider"].choices = [(code, code) for code in providers]
        language = get_language() or "zh-hans"
        fields["state"].choices = [(code, term.text(language)) for code, term in REGISTRATION_STATES.items()]


class PreviewForm(forms.Form):
    """The customer number of the record to read the text with."""

    customer_no = forms.CharField(label=_("Customer number"), max_length=32, widget=_line())
