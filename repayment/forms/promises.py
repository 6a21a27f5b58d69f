"""The forms on which a customer promises a day, and moves one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.promises import Part
from repayment.domain.formats import account_text, day_text, money_text
from repayment.forms.fields import MoneyField
from repayment.forms.requests import FITS_BEST
from repayment.selectors.promises import Movable, Promisable


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day."), "invalid": _("Enter a day such as 2026-11-20.")},
    )


def _at_the_latest(day: date, today: date) -> str:
    return _("At the latest on %(day)s.") % {"day": day_text(day, today=today, language=get_language() or "zh-hans")}


class PromiseForm(forms.Form):
    """I will pay: how much, by when; of one account, which is asked for only when there are several."""

    account = forms.TypedChoiceField(
        label=_("Which account is it about?"), coerce=int, widget=forms.RadioSelect, error_messages=FITS_BEST
    )
    amount = MoneyField(
        label=_("How much will you pay?"), error_messages={"required": _("Enter the amount you will pay.")}
    )
    due_on = _day_field(_("By 24:00 on which day?"))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Sequence[Promisable], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = {row.part.account.pk: row for row in offered}
        self._today = today
        field = self.fields["account"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(pk, self._name(row)) for pk, row in self._offered.items()]
        first = offered[0]
        days = self.fields["due_on"].widget.attrs
        days |= {"min": today.isoformat(), "max": max(row.limits.last_day for row in offered).isoformat()}
        self.initial.setdefault("account", first.part.account.pk)
        if len(self._offered) == 1:
            field.widget = forms.HiddenInput()
            self.initial.setdefault("amount", f"{first.part.account.overdue_fen / 100:.2f}")
            self.fields["amount"].help_text = self._from_to(first)
            self.fields["due_on"].help_text = self._until(first)

    def clean(self) -> dict[str, Any]:
        """Return the data with the part that is promised; what is outside the limits is said at its field."""
        data = super().clean() or {}
        if "version" in self.errors or ("account" in self.errors and self.fields["account"].widget.is_hidden):
            self.add_error(None, _("This page is no longer current. Go back, and open it once more."))
        if self.errors:
            return data
        row, part = self._offered[data["account"]], Part(data["due_on"], data["amount"])
        if part.due_on < self._today:
            self.add_error("due_on", _("This day has passed."))
        elif part.due_on > row.limits.last_day:
            self.add_error("due_on", self._until(row))
        if not row.limits.smallest_fen <= part.amount_fen <= row.part.account.overdue_fen:
            self.add_error("amount", self._from_to(row))
        return {**data, "part": part}

    def _name(self, row: Promisable) -> str:
        language, account = get_language() or "zh-hans", row.part.account
        name = account_text(product=account.product, tail=account.tail, language=language)
        return f"{name}  {money_text(account.overdue_fen, currency=account.currency, language=language)}"

    def _from_to(self, row: Promisable) -> str:
        language, account = get_language() or "zh-hans", row.part.account
        texts = [
            money_text(fen, currency=account.currency, language=language)
            for fen in (row.limits.smallest_fen, account.overdue_fen)
        ]
        return _("From %(least)s to %(most)s, which is all that is overdue.") % {"least": texts[0], "most": texts[1]}

    def _until(self, row: Promisable) -> str:
        return _at_the_latest(row.limits.last_day, self._today)


class MoveForm(forms.Form):
    """I will pay on another day: one for each part that is left, and the amounts stay."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, movable: Movable, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last, self._today = movable.limits.last_day, today
        self._names = [f"due_on_{number}" for number in range(1, len(movable.left) + 1)]
        language, currency = get_language() or "zh-hans", movable.account.currency
        for name, (day, fen) in zip(self._names, movable.left, strict=True):
            label = _("By 24:00 on which day will you pay %(amount)s?")
            field = _day_field(label % {"amount": money_text(fen, currency=currency, language=language)})
            field.widget.attrs |= {"min": today.isoformat(), "max": self._last.isoformat()}
            self.fields[name] = field
            self.initial.setdefault(name, day)
        self.fields[self._names[-1]].help_text = _at_the_latest(self._last, today)

    def clean(self) -> dict[str, Any]:
        """Return the data with all days in their order; what is outside the limits is said at its field."""
        data = super().clean() or {}
        if "version" in self.errors:
            self.add_error(None, _("This page is no longer current. Go back, and open it once more."))
        if self.errors:
            return data
        days = [data[name] for name in self._names]
        before: date | None = None
        for name, day in zip(self._names, days, strict=True):
            if day < self._today:
                self.add_error(name, _("This day has passed."))
            elif day > self._last:
                self.add_error(name, _at_the_latest(self._last, self._today))
            elif before is not None and day <= before:
                self.add_error(name, _("Each part needs a later day than the one before it."))
            before = day
        return {**data, "days": days}
