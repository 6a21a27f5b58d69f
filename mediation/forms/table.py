"""What is typed at the mediator's desk and on the customer's pages of their talks. All of it goes behind the wall."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collections_app.domain.instalments.schedules import METHODS, Method
from collections_app.domain.money import NotMoneyError, fen_of, yuan_text
from collections_app.forms.keyed import KeyedForm
from mediation.domain.bidding import MOST_MONTHS, Terms, Wish
from mediation.domain.calculator import FIRST_CHOICES, Choice
from mediation.domain.means import MOST_DEPENDANTS, Figures
from mediation.domain.sides import Side
from mediation.forms.outcome import YuanField

MOST_COLUMNS = 4
_COLUMN_FIELDS = ("months", "waiver", "rate", "method")
# A balloon and rising instalments need more than a column can ask.
OFFERED_METHODS = (Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL)


class MeansForm(KeyedForm):
    """A month's income and needs. What is said of health or family here reaches no record."""

    words_about = ""

    income = YuanField(label=_("Income a month, after taxes (yuan)"))
    other_income = YuanField(label=_("Other income a month (yuan)"), required=False)
    living = YuanField(label=_("Living costs of the household a month (yuan)"))
    housing = YuanField(label=_("Rent or housing loan a month (yuan)"), required=False)
    debts = YuanField(label=_("Other debts paid a month (yuan)"), required=False)
    dependants = forms.IntegerField(
        label=_("How many people live on it besides the customer?"), min_value=0, max_value=MOST_DEPENDANTS, initial=0
    )
    remark = forms.CharField(
        label=_("Anything that matters (not required)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def figures(self) -> Figures:
        """Return what was typed, in fen a month. The form must be valid."""
        data = self.cleaned_data
        return Figures(
            income_fen=data["income"],
            other_income_fen=data["other_income"] or 0,
            living_fen=data["living"],
            housing_fen=data["housing"] or 0,
            debts_fen=data["debts"] or 0,
            dependants=data["dependants"],
        )


class OwnMeansForm(MeansForm):
    """The same, as customers are asked it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dependants"].label = _("How many people live on it besides you?")
        self.fields["remark"].label = _("Anything the mediator should know (not required)")

    @staticmethod
    def as_said(figures: Figures, remark: str) -> dict[str, object]:
        """Return what was said last as it is typed, so that one figure is corrected without typing all anew."""
        sums = {"income": figures.income_fen, "other_income": figures.other_income_fen, "living": figures.living_fen}
        sums |= {"housing": figures.housing_fen, "debts": figures.debts_fen}
        typed = {name: yuan_text(fen, grouped=False) for name, fen in sums.items()}
        return {**typed, "dependants": figures.dependants, "remark": remark}


class RoundForm(KeyedForm):
    """Until when both sides may propose."""

    words_about = ""

    closes_at = forms.DateTimeField(
        label=_("Both sides propose by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    @staticmethod
    def usual(now: datetime) -> datetime:
        """Return the deadline a page offers: in half an hour, on the minute."""
        return timezone.localtime(now + timedelta(minutes=30)).replace(second=0, microsecond=0)


class ProposalForm(KeyedForm):
    """A sum and its monthly instalments, as one side proposes them."""

    words_about = ""

    round = forms.IntegerField(widget=forms.HiddenInput)
    total = YuanField()
    months = forms.IntegerField(min_value=1, max_value=MOST_MONTHS)
    reason = forms.CharField(
        label=_("Why, in a few words (not required)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, side: Side, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if side == Side.BANK:
            self.fields["total"].label = _("The least the bank takes in all (yuan)")
            self.fields["months"].label = _("In at most how many monthly instalments?")
        else:
            self.fields["total"].label = _("The most I can pay in all (yuan)")
            self.fields["months"].label = _("In how many monthly instalments?")

    def terms(self) -> Terms:
        """Return what was typed. The form must be valid."""
        return Terms(self.cleaned_data["total"], self.cleaned_data["months"])


class WishForm(KeyedForm):
    """How many instalments a customer could keep to, and of how much."""

    words_about = ""

    instalment = YuanField(label=_("The most I can pay a month (yuan)"))
    months = forms.IntegerField(
        label=_("For how many months?"), min_value=1, max_value=MOST_MONTHS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why, in a few words (not required)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def wish(self) -> Wish:
        """Return what was typed. The form must be valid."""
        return Wish(self.cleaned_data["instalment"], self.cleaned_data["months"])


class RecordingForm(KeyedForm):
    """The reference of a recording, and the consent it needs."""

    words_about = ""

    reference = forms.CharField(label=_("Reference of the recording"), max_length=200)
    both_consented = forms.BooleanField(label=_("Everybody who takes part has agreed to be recorded"), required=False)


def calculator_choices(typed: Mapping[str, list[str]]) -> tuple[list[Choice | None], list[dict[str, str]]]:
    """Return the columns that an address asks for, None for one that cannot be read, and what was typed in each.

    Nothing typed: the columns a page begins with.
    """
    count = min(max(len(typed.get(name, [])) for name in _COLUMN_FIELDS), MOST_COLUMNS)
    if not count:
        return list(FIRST_CHOICES), [
            {"months": str(item.months), "waiver": "", "rate": "", "method": item.method} for item in FIRST_CHOICES
        ]
    rows = [
        {name: (typed.get(name, [])[place : place + 1] or [""])[0].strip()[:20] for name in _COLUMN_FIELDS}
        for place in range(count)
    ]
    rows = [row for row in rows if row["months"]]
    return [_choice(row) for row in rows], rows


def _choice(row: Mapping[str, str]) -> Choice | None:
    try:
        rate = Decimal(row["rate"] or "0")
        waiver_fen = fen_of(row["waiver"]) if row["waiver"] else 0
        months = int(row["months"])
        method = Method(row["method"] or Method.EQUAL_INSTALMENT)
    except (InvalidOperation, NotMoneyError, ValueError):
        return None
    if not rate.is_finite() or not 1 <= months <= MOST_MONTHS or method not in OFFERED_METHODS:
        return None
    return Choice(months, waiver_fen, rate, method)


def method_choices(language: str) -> list[tuple[str, str]]:
    """Return the ways of a column by code and name."""
    return [(code, METHODS[code].text(language)) for code in OFFERED_METHODS]
