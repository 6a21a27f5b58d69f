"""Suspension of limitation: the obstacle and its end, each with its evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.domain.clocks.limitation import OBSTACLES
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import choice_input, day_input, text_input


def _evidence() -> forms.CharField:
    return forms.CharField(
        label=pgettext_lazy("proof", "Evidence"),
        max_length=500,
        widget=text_input(2),
        help_text=_("What proves it, its number, and where it is kept."),
    )


class SuspendForm(RecordForm):
    """An obstacle that keeps the bank from suing, since when, and until when if it is gone."""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    kind = forms.ChoiceField(label=_("Obstacle to suing"), widget=choice_input())
    since = forms.DateField(label=_("Stands since"), widget=day_input())
    gone_on = forms.DateField(
        label=_("Gone on"),
        widget=day_input(),
        required=False,
        help_text=_("Empty: it still stands."),
    )
    evidence = _evidence()

    def prepare(self) -> None:
        """Offer the record's accounts and the obstacles of the law."""
        fields: dict[str, Any] = self.fields
        fields["account"].choices = self.account_choices()
        fields["kind"].choices = [("", _("Choose")), *term_choices(OBSTACLES)]


class GoneForm(RecordForm):
    """When the obstacle was gone, and what proves it."""

    gone_on = forms.DateField(
        label=_("Gone on"),
        widget=day_input(),
        help_text=_("Limitation ends six months after this day at the earliest."),
    )
    evidence = _evidence()


class RevokeSuspensionForm(RecordForm):
    """Why a suspension was recorded wrongly."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))
