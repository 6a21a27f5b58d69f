"""A hold placed by hand, and its release."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.purposes import CHANNELS
from collections_app.selectors import codes
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import choice_input, moment_input, text_input


class HoldForm(RecordForm):
    """The kind of hold, what it covers, until when and why."""

    words_about = ""

    kind = forms.ChoiceField(label=_("Reason to stop"), widget=choice_input())
    account = forms.ChoiceField(label=_("Account"), widget=choice_input(), required=False)
    channel = forms.ChoiceField(label=_("Channel"), widget=choice_input(), required=False)
    ends_at = forms.DateTimeField(
        label=_("Until"),
        widget=moment_input(),
        required=False,
        help_text=_("Empty: the usual length of this kind, or until released."),
    )
    text = forms.CharField(label=_("What was said or shown"), widget=text_input(), required=False, max_length=2000)

    def prepare(self) -> None:
        """Offer the kinds placed by hand, and the record's accounts."""
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", _("Choose")), *codes.choices("holds", codes.seen().holds.placed_by_hand())]
        accounts: Any = self.fields["account"]
        accounts.choices = [("", _("All accounts")), *self.account_choices()]
        channels: Any = self.fields["channel"]
        channels.choices = [("", _("All channels")), *term_choices(CHANNELS)]


class ReleaseForm(RecordForm):
    """Why a hold ends before its time."""

    words_about = "hardship"

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))
