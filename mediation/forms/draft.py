"""The agreement as its author types it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.domain.instalments.schedules import ImpossibleError, Method, Wish, schedule
from collections_app.domain.money import fen_of, yuan_text
from collections_app.selectors import codes
from mediation.domain.agreement import INTERVALS, LONGEST_MONTHS, Interval, Line, equal_lines
from mediation.domain.drafts import DUTY_KINDS, DUTY_PARTIES, MOST_DUTIES, Duty
from mediation.domain.parties import LONGEST_REASON, MAY_BE_LEFT_OUT, Party
from mediation.forms.outcome import TypedLine, YuanField
from mediation.forms.versioned import VersionedForm
from mediation.services.drafts import Wording

SHOWN_DUTIES = 3
SHOWN_WAIVERS = 2
SECOND_LANGUAGES = [("", _("Chinese alone")), ("en", _("Chinese and English side by side"))]


class DraftForm(VersionedForm):
    """What is paid when and to where, what either side does beside it, and what is let off."""

    words_about = "hardship"

    total = YuanField(label=_("Sum to be paid, without interest (yuan)"), required=False)
    count = forms.IntegerField(label=_("Number of instalments"), required=False, min_value=1, max_value=LONGEST_MONTHS)
    first = forms.DateField(
        label=_("First date"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    interval = forms.ChoiceField(label=_("Interval"), required=False)
    percent = forms.DecimalField(
        label=_("Annual rate, percent"), required=False, min_value=Decimal(0), max_value=Decimal(24), decimal_places=3
    )
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=30, initial=3)
    facts = forms.CharField(
        label=_("Facts and dispute"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("State the facts of the dispute.")},
    )  # fmt: skip
    pay_to = forms.CharField(
        label=_("How and to which account the customer pays"), max_length=400,
        error_messages={"required": _("Say how and to which account the customer pays.")},
    )  # fmt: skip
    interest_accrues = forms.BooleanField(label=_("Interest by the contract goes on beside the plan"), required=False)
    fees_accrue = forms.BooleanField(label=_("Fees by the contract go on beside the plan"), required=False)
    no_new_cards = forms.BooleanField(
        label=_("The customer applies for no card at any bank until everything is paid"), required=False
    )
    terms = forms.CharField(
        label=_("Other terms"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    second_language = forms.ChoiceField(label=_("Language"), required=False, choices=SECOND_LANGUAGES)

    def __init__(
        self, *args: Any, account_id: int, language: str, parties: Sequence[Party] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.account_id = account_id
        self.parties = parties
        for party in parties:
            if party.role in MAY_BE_LEFT_OUT:
                self.fields[f"without_{party.ref}"] = forms.BooleanField(
                    label=_("Go on without this guarantor"), required=False
                )
                self.fields[f"without_reason_{party.ref}"] = forms.CharField(
                    label=_("Why"), required=False, max_length=LONGEST_REASON
                )
        interval = self.fields["interval"]
        assert isinstance(interval, forms.ChoiceField)
        interval.choices = [(code, term.text(language)) for code, term in INTERVALS.items()]
        components = [("", "—"), *codes.choices("waiver_components")]
        for place in range(1, SHOWN_WAIVERS + 1):
            self.fields[f"waiver_{place}"] = forms.ChoiceField(label=_("Let off"), required=False, choices=components)
            self.fields[f"waiver_amount_{place}"] = YuanField(label=_("Amount (yuan)"), required=False)
        whose = [(code, term.text(language)) for code, term in DUTY_PARTIES.items()]
        kinds = [("", "—"), *((code, term.text(language)) for code, term in DUTY_KINDS.items())]
        for place in range(1, SHOWN_DUTIES + 1):
            self._duty_fields(place, whose, kinds)
        self.typed: list[TypedLine] = []
        self.interest: list[int] = []
        if isinstance(self.data, QueryDict):
            self._read_lines(self.data)

    def _duty_fields(self, place: int, parties: list[tuple[str, str]], kinds: list[tuple[str, str]]) -> None:
        """Add the fields of one obligation."""
        self.fields[f"duty_{place}"] = forms.ChoiceField(label=_("Obligation"), required=False, choices=kinds)
        self.fields[f"duty_party_{place}"] = forms.ChoiceField(
            label=pgettext_lazy("agreement", "Whose"), required=False, choices=parties
        )
        self.fields[f"duty_due_{place}"] = forms.DateField(
            label=_("To be done by 24:00 on"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.fields[f"duty_amount_{place}"] = YuanField(label=_("Amount (yuan)"), required=False)
        self.fields[f"duty_text_{place}"] = forms.CharField(label=_("In words"), required=False, max_length=200)

    def _read_lines(self, data: QueryDict) -> None:
        days, amounts = data.getlist("line_on"), data.getlist("line_amount")
        interest = [*data.getlist("line_interest"), *([""] * len(days))]
        for on, amount, of_it in zip(days, amounts, interest, strict=False):
            if on.strip() or amount.strip():
                self.typed.append(TypedLine(on.strip(), amount.strip()))
                self.interest.append(int(of_it) if of_it.isdecimal() else 0)

    def rows(self) -> list[tuple[TypedLine, int]]:
        """Return the typed instalments, each with its interest in fen, as the page shows them."""
        return list(zip(self.typed, self.interest, strict=True))

    def duties_shown(self) -> list[list[forms.BoundField]]:
        """Return the fields of the obligations, one list each."""
        names = ("duty", "duty_party", "duty_due", "duty_amount", "duty_text")
        return [[self[f"{name}_{place}"] for name in names] for place in range(1, SHOWN_DUTIES + 1)]

    def waivers_shown(self) -> list[list[forms.BoundField]]:
        """Return the fields of what is let off, one list each."""
        return [[self[f"waiver_{place}"], self[f"waiver_amount_{place}"]] for place in range(1, SHOWN_WAIVERS + 1)]

    def parties_shown(self) -> list[tuple[Party, list[forms.BoundField]]]:
        """Return who else owes the account or stands for it, each with the fields of the choice to leave them out."""
        return [
            (party, [self[f"without_{party.ref}"], self[f"without_reason_{party.ref}"]])
            if party.role in MAY_BE_LEFT_OUT
            else (party, [])
            for party in self.parties
        ]

    def clean(self) -> dict[str, Any]:
        """Leave out nothing that was typed: a waiver and an obligation are said whole, or not at all."""
        data = super().clean() or self.cleaned_data
        for place in range(1, SHOWN_WAIVERS + 1):
            if bool(data.get(f"waiver_{place}")) != bool(data.get(f"waiver_amount_{place}")):
                self.add_error(f"waiver_{place}", _("Say what is let off, and how much of it."))
        for place in range(1, SHOWN_DUTIES + 1):
            said = [data.get(f"duty_{name}_{place}") for name in ("due", "amount", "text")]
            if any(said) and not data.get(f"duty_{place}"):
                self.add_error(f"duty_{place}", _("Say what kind of obligation it is."))
            wrong = any(f"duty_{name}_{place}" in self.errors for name in ("due", "amount", "text"))
            if data.get(f"duty_{place}") and not any(said) and not wrong:
                self.add_error(f"duty_{place}", _("Say by when, how much or in words what is to be done."))
        return data

    def work_out(self) -> bool:
        """Replace the typed lines by a schedule of the sum. Return False when something is missing or impossible."""
        data = self.cleaned_data
        for name in ("total", "count", "first"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed to work out the instalments."))
        if any(name in self.errors for name in ("total", "count", "first", "interval", "percent")):
            return False
        percent = data["percent"] or Decimal(0)
        interval = data["interval"] or "month"
        if percent and interval != Interval.MONTH:
            self.add_error("percent", _("With interest the instalments are monthly."))
            return False
        method = Method.EQUAL_INSTALMENT if percent else Method.INTEREST_FREE
        try:
            lines = schedule(Wish(method, data["total"], data["count"], percent))
            days = equal_lines(
                total_fen=data["total"], count=data["count"], first=data["first"], interval=interval,
                account_id=self.account_id,
            )  # fmt: skip
        except (ImpossibleError, ValueError):
            self.add_error("total", _("No schedule can be made of this sum and number."))
            return False
        self.typed = [
            TypedLine(day.due_on.isoformat(), yuan_text(line.total_fen, grouped=False))
            for day, line in zip(days, lines, strict=True)
        ]
        self.interest = [line.interest_fen for line in lines]
        return True

    def wording(self) -> Wording:
        """Return what was typed. The form must be valid. Raise ValueError naming an instalment that cannot be read."""
        data = self.cleaned_data
        return Wording(
            lines=self._lines(),
            grace_days=data["grace_days"],
            facts=data["facts"],
            pay_to=data["pay_to"],
            text=data["terms"],
            interest=self.interest if any(self.interest) else (),
            annual_percent=data["percent"] or Decimal(0),
            waived=self._waived(),
            duties=self._duties(),
            interest_accrues=data["interest_accrues"],
            fees_accrue=data["fees_accrue"],
            no_new_cards=data["no_new_cards"],
            second_language=data["second_language"],
            without={
                party.ref: data[f"without_reason_{party.ref}"]
                for party in self.parties
                if data.get(f"without_{party.ref}")
            },
        )

    def _lines(self) -> list[Line]:
        found = []
        for number, row in enumerate(self.typed, start=1):
            try:
                found.append(Line(number, date.fromisoformat(row.on), fen_of(row.amount), self.account_id))
            except ValueError as error:
                raise ValueError(number) from error
        return found

    def _waived(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for place in range(1, SHOWN_WAIVERS + 1):
            name, fen = self.cleaned_data[f"waiver_{place}"], self.cleaned_data[f"waiver_amount_{place}"]
            if name and fen:
                found[name] = found.get(name, 0) + fen
        return found

    def _duties(self) -> list[Duty]:
        data = self.cleaned_data
        assert SHOWN_DUTIES <= MOST_DUTIES
        return [
            Duty(
                data[f"duty_party_{place}"] or "bank",
                data[f"duty_{place}"],
                data[f"duty_due_{place}"],
                data[f"duty_amount_{place}"],
                data[f"duty_text_{place}"],
            )
            for place in range(1, SHOWN_DUTIES + 1)
            if data[f"duty_{place}"]
        ]
