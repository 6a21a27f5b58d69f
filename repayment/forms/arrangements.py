"""The forms on which customers apply for an arrangement, agree to its terms and sign it."""

from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.domain.arrangements import CONDITIONS
from collections_app.domain.instalments.early import RECALCULABLE
from repayment.forms.fields import MoneyField
from repayment.forms.proof import OneTimeCodeForm
from repayment.selectors.arrangements import Offered
from repayment.services.arrangements import Answers

_AMOUNT = {"required": _("Enter an amount.")}


class NothingOrMoneyField(MoneyField):
    """An amount that may also be nothing at all."""

    def clean(self, value: Any) -> Any:
        """Return fen; a nought is an answer too."""
        return 0 if str(value or "").strip() in {"0", "0.00", "\uff10"} else super().clean(value)


class ApplyForm(forms.Form):
    """How many instalments, and what the customer can spare."""

    number = forms.TypedChoiceField(label=_("How many monthly instalments?"), coerce=int)
    income = NothingOrMoneyField(label=_("What do you earn each month, after taxes?"), error_messages=_AMOUNT)
    spent = NothingOrMoneyField(
        label=_("What do you need each month for living, rent and other debts?"),
        help_text=_("Leave out instalment plans you have with us: we count those ourselves."),
        error_messages=_AMOUNT,
    )
    conditions = forms.MultipleChoiceField(
        label=_("Is this so? Both must hold."),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("beyond_ability", _("I cannot pay all of it at once.")),
            ("willing", _("I want to pay it back.")),
        ],
        error_messages={"required": _("A plan like this needs both.")},
    )
    recalculates = forms.ChoiceField(
        label=_("If you pay more than is due, what shall stay?"),
        widget=forms.RadioSelect,
        choices=[
            ("instalment", _("Each instalment: I have paid it off sooner.")),
            ("term", _("The dates: I pay less each month.")),
        ],
        initial="instalment",
    )
    text = forms.CharField(
        label=_("Anything we should know (not required)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["number"]
        assert isinstance(number, forms.TypedChoiceField)
        number.choices = [
            (value, ngettext_lazy("%(number)s instalment", "%(number)s instalments", value) % {"number": value})
            for value in offered.numbers
        ]
        if not offered.offer.conditions:
            del self.fields["conditions"]
        if offered.offer.method not in RECALCULABLE:
            del self.fields["recalculates"]

    def clean_conditions(self) -> list[str]:
        """Return both conditions; one alone is not enough."""
        given: list[str] = self.cleaned_data["conditions"]
        if set(CONDITIONS) - set(given):
            raise forms.ValidationError(_("A plan like this needs both."))
        return given

    def answers(self) -> Answers:
        """Return what was answered. The form must be valid."""
        data = self.cleaned_data
        return Answers(
            data["income"], data["spent"], data.get("conditions", ()), data["text"], data.get("recalculates", "")
        )


class ConsentForm(forms.Form):
    """Agreement to the terms that stand above it."""

    agree = forms.BooleanField(
        label=_("I have read the terms and what they mean for me, and I agree."),
        error_messages={"required": _("Tick this if you agree. Otherwise go back: nothing has been agreed.")},
    )


class SignForm(OneTimeCodeForm):
    """The code that signs."""

    REFUSED = _("This is not the code we have sent you, or it is over. Check it, or ask for another one.")


def condition_names(codes: list[str]) -> list[str]:
    """Return the conditions of Art. 70 in the reader's language."""
    language = get_language() or "zh-hans"
    return [CONDITIONS[code].text(language) for code in codes]
