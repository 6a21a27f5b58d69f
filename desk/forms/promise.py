"""A promise to pay in up to three parts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.promises import Part
from desk.forms.base import RecordForm
from desk.forms.fields import YuanField, choice_input, day_input, text_input

PARTS = 3


class PromiseForm(RecordForm):
    """Account, and for each part a day and an amount. Empty parts are left out."""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    due_on_1 = forms.DateField(label=_("Pay by 24:00 of"), widget=day_input())
    amount_1 = YuanField(label=_("Amount (yuan)"))
    due_on_2 = forms.DateField(label=_("Second part by"), widget=day_input(), required=False)
    amount_2 = YuanField(label=_("Amount (yuan)"), required=False)
    due_on_3 = forms.DateField(label=_("Third part by"), widget=day_input(), required=False)
    amount_3 = YuanField(label=_("Amount (yuan)"), required=False)

    def prepare(self) -> None:
        """Offer the accounts of the record."""
        self.fields["account"].choices = self.account_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Gather the parts; a part with a day but no amount, or the reverse, is told apart from an empty one."""
        values = super().clean() or {}
        parts = []
        for number in range(1, PARTS + 1):
            day, fen = values.get(f"due_on_{number}"), values.get(f"amount_{number}")
            if day and fen is not None:
                parts.append(Part(day, fen))
            elif (day or fen is not None) and not self.errors:
                self.add_error(f"amount_{number}", _("Give both the day and the amount."))
        values["parts"] = parts
        return values


class WithdrawForm(RecordForm):
    """Why a promise that was taken in error is withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))
