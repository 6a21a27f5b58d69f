"""The form of the app that plays the bank's: whose phone it is, and what the app hands over."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SandboxAppForm(forms.Form):
    """Who is signed in to the app, and where they want to go."""

    customer_no = forms.RegexField(
        r"^[A-Za-z0-9_-]{1,32}$",
        label=_("Customer number"),
        error_messages={"required": _("Enter a customer number."), "invalid": _("Enter a customer number.")},
    )
    device = forms.RegexField(
        r"^[!-~]{1,128}$",
        label=_("Device, as the bank names it"),
        required=False,
        error_messages={"invalid": _("Enter a device.")},
    )
    to = forms.ChoiceField(
        label=_("Where to"),
        choices=[
            ("account", _("My repayment")),
            ("preferences", _("Contact preferences")),
            ("complaint", _("Complaint")),
            ("arrangements", _("Pay in instalments")),
        ],
        widget=forms.RadioSelect,
        initial="account",
    )
    fault = forms.ChoiceField(
        label=_("What the app hands over"),
        choices=[
            ("", _("what is right")),
            ("sub", _("somebody else's number, under the same signature")),
            ("late", _("a hand-over of two minutes ago")),
        ],
        widget=forms.RadioSelect,
        required=False,
        initial="",
    )
