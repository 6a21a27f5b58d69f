"""“I have paid”."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.selectors import codes
from desk.forms.base import RecordForm
from desk.forms.fields import DocumentField, YuanField, choice_input, day_input, text_input, time_input


class ClaimForm(RecordForm):
    """What the customer says they paid, when and how."""

    words_about = ""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    amount = YuanField(label=_("Amount (yuan)"))
    channel = forms.ChoiceField(label=_("Paid through"), widget=choice_input())
    paid_on = forms.DateField(label=_("Paid on"), widget=day_input())
    paid_time = forms.TimeField(label=_("Paid at (time)"), widget=time_input(), required=False)
    slip = DocumentField(label=_("Slip (PDF, PNG or JPEG)"), required=False)
    remark = forms.CharField(label=_("Remark"), widget=text_input(2), required=False, max_length=500)

    def prepare(self) -> None:
        """Offer the record's accounts and the channels a customer pays through."""
        accounts: Any = self.fields["account"]
        accounts.choices = self.account_choices()
        channels: Any = self.fields["channel"]
        channels.choices = codes.choices("payment_channels", codes.seen().claimable_channels)


class ResolveForm(RecordForm):
    """What the trace found."""

    result = forms.ChoiceField(
        label=_("Trace result"),
        widget=forms.RadioSelect,
        choices=[
            ("found", _("The payment was found")),
            ("not_found", _("No such payment was found")),
            ("other_account", _("It was paid to another account")),
        ],
    )
