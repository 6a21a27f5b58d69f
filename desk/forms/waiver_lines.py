"""Lines of what is let off with a plan: a component each, in yuan or as a share of what is owed of it.

Lines are added and taken out by buttons of the form itself, so that it needs no scripts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.authority import COLUMNS, PRINCIPAL, share_of
from collections_app.domain.money import NotMoneyError, fen_of
from collections_app.models import Account
from collections_app.selectors import authority, codes
from desk.forms.fields import choice_input

YUAN, PERCENT = "yuan", "percent"
# Principal is let off only where the whole account is settled, which no plan does.
MAY_BE_LET_OFF = [component for component in COLUMNS if component != PRINCIPAL]
MOST_LINES = len(MAY_BE_LET_OFF)
COUNT, ADD, REMOVE = "waivers", "add_line", "remove_line"
# Of the number of a line so many digits are read: there are far fewer lines.
_DIGITS = 4
_PARTS = ("component", "waived", "unit")


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """One line as the page shows it: its number and its three fields."""

    number: int
    component: forms.BoundField
    waived: forms.BoundField
    unit: forms.BoundField


def names(number: int) -> list[str]:
    """Return what the fields of a line are called."""
    return [f"{part}_{number}" for part in _PARTS]


def counted(values: Mapping[str, Any]) -> int:
    """Return how many lines a form has, whatever was typed into its hidden field."""
    return min(max(_number(values.get(COUNT)), 1), MOST_LINES)


def _number(typed: object) -> int:
    """Return the number of a line as it was typed; 0 for what is none, and of endless digits the first few."""
    text = str(typed or "")[:_DIGITS]
    return int(text) if text.isascii() and text.isdigit() else 0


def fields(number: int) -> dict[str, forms.Field]:
    """Return the fields of one line."""
    offered = [item for item in codes.choices("waiver_components") if item[0] in MAY_BE_LET_OFF]
    amount = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "form-control number"})
    units = [(YUAN, _("yuan")), (PERCENT, _("% of what is owed of it"))]
    made: list[forms.Field] = [
        forms.ChoiceField(
            label=_("Let off once it is kept"), widget=choice_input(), required=False, choices=[("", "—"), *offered]
        ),
        forms.CharField(label=_("How much"), widget=amount, required=False, max_length=20),
        forms.ChoiceField(label=_("Unit"), widget=choice_input(), required=False, choices=units),
    ]
    return dict(zip(names(number), made, strict=True))


def moved(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed into the lines after one was added or taken out, and how many there are."""
    lines = [[data.get(name, "") for name in names(number)] for number in range(1, counted(data) + 1)]
    out = _number(data.get(REMOVE))
    if 1 <= out <= len(lines):
        del lines[out - 1]
    if ADD in data and len(lines) < MOST_LINES:
        lines.append(["", "", YUAN])
    lines = lines or [["", "", YUAN]]
    typed: dict[str, Any] = {COUNT: len(lines)}
    for number, line in enumerate(lines, start=1):
        typed |= dict(zip(names(number), line, strict=True))
    return typed


def read(form: forms.Form, account: Account | None) -> dict[str, int]:
    """Return the fen let off by component, and tell the form what is wrong with a line."""
    owed = authority.owed(account) if account else {}
    found: dict[str, int] = {}
    for number in range(1, counted(form.data) + 1):
        component, typed, unit = (form.cleaned_data.get(name) or "" for name in names(number))
        if not component and not typed:
            continue
        if not component or not typed:
            form.add_error(f"waived_{number}", _("Give both what is waived and the amount."))
        elif component in found:
            form.add_error(f"component_{number}", _("This stands above already."))
        elif (fen := _fen(typed, unit, owed.get(component, 0))) is None:
            form.add_error(f"waived_{number}", _("Write an amount such as 20.00, or a share above 0 and up to 100."))
        else:
            found[component] = fen
    return found


def _fen(typed: str, unit: str, owed_fen: int) -> int | None:
    if unit != PERCENT:
        try:
            return fen_of(typed)
        except NotMoneyError:
            return None
    try:
        percent = Decimal(typed.strip().removesuffix("%"))
    except InvalidOperation:
        return None
    if not percent.is_finite() or not 0 < percent <= 100:
        return None
    return share_of(owed_fen=owed_fen, percent=percent)
