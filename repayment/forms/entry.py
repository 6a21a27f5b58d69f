"""The form on which a case code is typed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.access import code_as_typed


class CodeForm(forms.Form):
    """A case code of eight letters and digits, with or without its hyphen."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=24,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
        error_messages={"required": _("Enter the code from the message.")},
    )

    def clean_code(self) -> str:
        """Return the code without its hyphen; say what a code looks like when this is none."""
        plain = code_as_typed(self.cleaned_data["code"])
        if not plain:
            raise forms.ValidationError(_("The code has 8 letters and digits, such as K7QP-3M9D."))
        return plain
