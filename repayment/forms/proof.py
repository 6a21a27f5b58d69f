"""The forms that ask for what only the customer knows."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.access import Fact


class ProofForm(forms.Form):
    """What only the customer knows: of all facts those that one way of proof needs."""

    REFUSED = _(
        "This did not open the page. Check what you typed. A link or code works for three days, ends when we send a "
        "newer one, and stops after several wrong answers: then take our newest message, or call the hotline."
    )

    id_tail = forms.CharField(
        label=_("Last 4 characters of your identity document"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false", "size": "8"}),
        error_messages={"required": _("Enter the last 4 characters of your identity document.")},
    )
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

    def __init__(self, data: Any = None, *, facts: Collection[Fact]) -> None:
        super().__init__(data)
        for name in [each.value for each in Fact if each not in facts]:
            del self.fields[name]


class OneTimeCodeForm(forms.Form):
    """The code that was sent to the customer's own number."""

    REFUSED = _("This code does not open the page. Check it, or ask for another one.")

    typed = forms.CharField(
        label=_("Code from the text message"),
        help_text=_("6 digits, valid for 5 minutes"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": "8"}),
        error_messages={"required": _("Enter the code from the text message.")},
    )


def way_of(typed: str, offered: Sequence[str]) -> str:
    """Return the way of proof an address names, else the first that is offered."""
    return typed if typed in offered else offered[0]


# The names of the fields are the names of the facts.
assert set(ProofForm.base_fields) == {fact.value for fact in Fact}
