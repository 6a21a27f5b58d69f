"""The forms that start a payment."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models.choices import choices
from repayment.domain.formats import money_text
from repayment.domain.headline import Headline
from repayment.domain.payments import PAYMENT_PURPOSES, PaymentPurpose
from repayment.forms.fields import MoneyField
from repayment.selectors.account_page import AccountPart

OTHER = PaymentPurpose.OTHER.value


class StartForm(forms.Form):
    """What a page's one button carries: the server checks every part of it again."""

    account = forms.IntegerField()
    amount_fen = forms.IntegerField(min_value=1)
    purpose = forms.ChoiceField(choices=choices(PAYMENT_PURPOSES))
    key = forms.CharField(max_length=64, min_length=16)
    version = forms.IntegerField(min_value=1)


class ChoiceForm(forms.Form):
    """Which of the exactly named amounts to pay, or another."""

    purpose = forms.ChoiceField(label=_("What do you want to pay?"), widget=forms.RadioSelect)
    other = MoneyField(label=_("Another amount"), required=False)
    key = forms.CharField(max_length=64, min_length=16, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, part: AccountPart, headline: Headline, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._part = part
        self.amounts = _amounts(part, headline)
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*((code, self._text(code)) for code in self.amounts), (OTHER, _("Another amount"))]
        self.initial.setdefault("purpose", next(iter(self.amounts), OTHER))

    def _text(self, code: str) -> str:
        language = get_language() or "zh-hans"
        amount = money_text(self.amounts[code], currency=self._part.due.currency, language=language)
        return f"{PAYMENT_PURPOSES[code].text(language)}  {amount}"

    def clean(self) -> dict[str, Any]:
        """Return the data; another amount needs a number not above what pays the account off."""
        data = super().clean() or {}
        if "key" in self.errors or "version" in self.errors:
            # Nobody types these two: what is said about them must not be about a field.
            self.add_error(None, _("This page is no longer current. Go back, and choose the amount once more."))
        if data.get("purpose") != OTHER or self.errors:
            return data
        fen = data.get("other")
        if fen is None:
            self.add_error("other", _("Enter the amount you want to pay."))
        elif fen > self._part.due.payoff_fen:
            most = money_text(
                self._part.due.payoff_fen, currency=self._part.due.currency, language=get_language() or "zh-hans"
            )
            self.add_error("other", _("At most %(amount)s: that pays the account off.") % {"amount": most})
        return data

    def choice(self) -> tuple[PaymentPurpose, int]:
        """Return what was chosen and its fen."""
        purpose = PaymentPurpose(self.cleaned_data["purpose"])
        return purpose, self.amounts.get(purpose.value) or self.cleaned_data["other"]


def _amounts(part: AccountPart, headline: Headline) -> dict[str, int]:
    """The named amounts of an account, the agreed one first; equal ones once."""
    named: list[tuple[PaymentPurpose, int]] = []
    if headline.account_id == part.account.pk and headline.purpose is not None:
        named.append((headline.purpose, headline.amount_fen))
    named += [
        (PaymentPurpose.OVERDUE, part.account.overdue_fen),
        (PaymentPurpose.MINIMUM, part.account.minimum_due_fen),
        (PaymentPurpose.PAYOFF, part.account.payoff_fen),
    ]
    amounts: dict[str, int] = {}
    for purpose, fen in named:
        if fen > 0 and fen not in amounts.values():
            amounts.setdefault(purpose.value, fen)
    return amounts
