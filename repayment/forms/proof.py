"""The forms that ask for what only the customer knows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.access import Fact

REFUSED = _(
    "This did not open the page. Check what you typed. After several tries a link stops working; "
    "the hotline helps you at any time."
)


class _ProofForm(forms.Form):
    REFUSED = REFUSED

    def facts(self) -> dict[str, Any]:
        """Return what was typed by name of fact."""
        return {name: self.cleaned_data[name] for name in self.fields}


class IdTailForm(_ProofForm):
    """The last four characters of the identity document."""

    id_tail = forms.CharField(
        label=_("Last 4 characters of your identity document"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false", "size": "8"}),
        error_messages={"required": _("Enter the last 4 characters of your identity document.")},
    )


class BirthDateForm(_ProofForm):
    """The birth date, with the last four digits of an account at the bank."""

    birth_date = forms.CharField(
        label=_("Date of birth"),
        help_text=_("8 digits, such as 19900307"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "bday", "inputmode": "numeric", "size": "12"}),
        error_messages={"required": _("Enter your date of birth.")},
    )
    account_tail = forms.CharField(
        label=_("Last 4 digits of your card or account with us"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "size": "8"}),
        error_messages={"required": _("Enter the last 4 digits of your card or account.")},
    )


# The names of the fields are the names of the facts.
assert set(IdTailForm.base_fields) | set(BirthDateForm.base_fields) == {fact.value for fact in Fact}
