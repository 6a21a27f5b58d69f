"""The forms that start a payment."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.allocation import Split
from collections_app.models.choices import choices
from repayment.domain.formats import money_text, split_text
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

    purpose = forms.ChoiceField(
        label=_("What do you want to pay?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("This amount has changed meanwhile. Please choose once more.")},
    )
    other = MoneyField(label=_("Another amount"), required=False)
    key = forms.CharField(max_length=64, min_length=16, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, part: AccountPart, amounts: Mapping[str, int], **kwargs: Any) -> None:
        """Offer the ``amounts`` of an account, as codes and fen (selectors.amounts)."""
        super().__init__(*args, **kwargs)
        self._part = part
        self.amounts = dict(amounts)
        self.counts: dict[str, Split] = {}
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*((code, self._text(code)) for code in self.amounts), (OTHER, _("Another amount"))]
        self.initial.setdefault("purpose", next(iter(self.amounts), OTHER))

    def foretell(self, counts: Mapping[str, Split]) -> None:
        """Say beside each amount how it would count."""
        self.counts = dict(counts)
        field = self.fields["purpose"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*((code, self._told(code)) for code in self.amounts), (OTHER, _("Another amount"))]

    def _text(self, code: str) -> str:
        language = get_language() or "zh-hans"
        amount = money_text(self.amounts[code], currency=self._part.due.currency, language=language)
        purpose, _sign, number = code.partition("@")[0].partition(":")
        name = PAYMENT_PURPOSES[purpose].text(language)
        if number:
            name = ngettext("the next %(number)s instalment", "the next %(number)s instalments", int(number)) % {
                "number": number
            }
        return f"{name}  {amount}"

    def _told(self, code: str) -> str:
        said = split_text(self.counts[code], currency=self._part.due.currency, language=get_language() or "zh-hans")
        return format_html('{}<span class="counts">{}</span>', self._text(code), said)

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
            said = _("At most %(amount)s: that pays the account off.")
            if not self._part.payoff_holds:
                said = _("At most %(amount)s can be paid here now.")
            self.add_error("other", said % {"amount": most})
        return data

    def choice(self) -> tuple[PaymentPurpose, int]:
        """Return what was chosen and its fen."""
        chosen = self.cleaned_data["purpose"]
        purpose = PaymentPurpose(chosen.partition("@")[0].partition(":")[0])
        return purpose, self.amounts.get(chosen) or self.cleaned_data["other"]
