"""Finding a customer, and saying why a record is opened."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.selectors.records import LOOK_UP_PURPOSES

PURPOSES = {
    "call_in": _("The customer is on the line"),
    "complaint": _("Complaint"),
    "counter": _("The customer is at the counter"),
    "review": _("Review"),
    "audit": _("Audit"),
}


class FindForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(
        label=_("Customer"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "data-search": "",
                "autofocus": True,
                "placeholder": _("Customer or case number, ID or phone tail, name or pinyin"),
            }
        ),
    )


class SearchForm(FindForm):
    """What is looked for in the whole bank, and for what; it is logged with the search."""

    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[(code, PURPOSES[code]) for code in LOOK_UP_PURPOSES], initial="call_in"
    )


class PurposeForm(forms.Form):
    """Why a record is opened; it is logged with the look."""

    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=[(code, PURPOSES[code]) for code in LOOK_UP_PURPOSES], initial="call_in"
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
