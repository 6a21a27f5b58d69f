"""How a session ended, with the instalments of an agreement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from collections_app.domain.money import NotMoneyError, fen_of, yuan_text
from collections_app.selectors import codes
from mediation.domain.agreement import INTERVALS, LONGEST_MONTHS, Line, equal_lines
from mediation.domain.endings import at_a_session, list_of
from mediation.domain.kinds import ATTESTED_METHODS, RULES, SIGNATORIES, SIGNING_METHODS, Kind
from mediation.forms.versioned import VersionedForm


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One instalment as typed: kept as it is until it can be read."""

    on: str
    amount: str


class YuanField(forms.CharField):
    """An amount in yuan, cleaned to fen."""

    def clean(self, value: Any) -> Any:
        """Return the fen of what was typed, or None when the field may be empty and is."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return fen_of(text)
        except NotMoneyError as error:
            raise forms.ValidationError(_("Write an amount such as 3913.00."), code="money") from error


class OutcomeForm(VersionedForm):
    """The ending, and for an agreement its sum, its instalments and its signatures."""

    words_about = "hardship"

    ending = forms.ChoiceField(label=_("How did it end?"))
    total = YuanField(label=_("Agreed sum (yuan)"), required=False)
    count = forms.IntegerField(label=_("Number of instalments"), required=False, min_value=1, max_value=LONGEST_MONTHS)
    first = forms.DateField(
        label=_("First date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    interval = forms.ChoiceField(label=_("Interval"), required=False)
    grace_days = forms.IntegerField(label=_("Days of grace"), required=False, min_value=0, max_value=30, initial=3)
    terms = forms.CharField(
        label=_("Other terms"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    method = forms.ChoiceField(label=_("Signed how"), required=False)
    recording_ref = forms.CharField(label=_("Recording"), required=False, max_length=80)
    recording_agreed = forms.BooleanField(label=_("Everybody who takes part has agreed to be recorded"), required=False)
    signed = forms.MultipleChoiceField(label=_("Signatures"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, kind: str, account_id: int, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account_id = account_id
        endings = list_of(kind)
        self._choices("ending", [("", "—"), *codes.choices(endings, at_a_session(codes.seen().terms(endings)))])
        self._choices("interval", [(code, term.text(language)) for code, term in INTERVALS.items()])
        self._choices("method", [(code, SIGNING_METHODS[code].text(language)) for code in ATTESTED_METHODS])
        self._choices("signed", [(code, SIGNATORIES[code].text(language)) for code in RULES[Kind(kind)].signatories])
        self.typed: list[TypedLine] = []
        if isinstance(self.data, QueryDict):
            days, amounts = self.data.getlist("line_on"), self.data.getlist("line_amount")
            self.typed = [
                TypedLine(on.strip(), amount.strip())
                for on, amount in zip(days, amounts, strict=False)
                if on.strip() or amount.strip()
            ]

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def work_out(self) -> bool:
        """Replace the typed lines by equal instalments of the sum. Return False when something is missing."""
        data = self.cleaned_data
        for name in ("total", "count", "first"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed to work out the instalments."))
        if any(name in self.errors for name in ("total", "count", "first", "interval")):
            return False
        if data["total"] < data["count"]:
            self.add_error("total", _("Every instalment is at least one fen."))
            return False
        lines = equal_lines(
            total_fen=data["total"],
            count=data["count"],
            first=data["first"],
            interval=data["interval"] or "month",
            account_id=self.account_id,
        )
        self.typed = [TypedLine(line.due_on.isoformat(), yuan_text(line.amount_fen, grouped=False)) for line in lines]
        return True

    def lines(self) -> list[Line]:
        """Return the typed instalments. Raise ValueError naming the first that cannot be read."""
        found = []
        for number, row in enumerate(self.typed, start=1):
            try:
                found.append(Line(number, date.fromisoformat(row.on), fen_of(row.amount), self.account_id))
            except ValueError as error:
                raise ValueError(number) from error
        return found
