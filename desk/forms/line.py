"""Asking for a colleague's call, and taking one over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.services.lines.transfer import LONGEST
from desk.forms.base import RecordForm
from desk.forms.fields import text_input


class ReasonForm(RecordForm):
    """Why the call should pass to somebody else; the colleague reads it, and it stays on the record."""

    words_about = "risk_to_life"

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST, widget=text_input(3))
