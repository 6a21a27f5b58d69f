"""The red button: what was heard."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.risk import DANGERS
from desk.forms.base import RecordForm, term_choices


class PressForm(RecordForm):
    """What was heard. Each choice is a button of its own, so that one press is enough."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    danger = forms.ChoiceField(label=_("What have you heard?"), error_messages={"required": _("Please say what.")})

    def prepare(self) -> None:
        """Offer the dangers."""
        danger: Any = self.fields["danger"]
        danger.choices = term_choices(DANGERS)
