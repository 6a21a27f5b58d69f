"""What was chosen upon a view, read from an address and put into words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.worklists.conditions import (
    FIELD_NAMES,
    FIELDS,
    Condition,
    ConditionError,
    Field,
    Shape,
    read_parameters,
)
from collections_app.domain.worklists.orders import ORDERS
from collections_app.domain.worklists.views import View
from collections_app.models import Branch, Staff
from collections_app.selectors import codes
from collections_app.selectors.saved_queues import KnownCodes, may_name_branches
from collections_app.templatetags.terms import yuan


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for: the view's key, conditions upon it, an order, and what makes no sense in it."""

    key: str
    conditions: tuple[Condition, ...]
    order: str
    wrong: Sequence[str]

    def upon(self, key: str) -> "Chosen":
        """Return the same upon the view that is shown."""
        return replace(self, key=key)

    @property
    def plain(self) -> str:
        """The query of an address of the view as it is, without what was chosen upon it."""
        return urlencode({"queue": self.key})

    @property
    def query(self) -> str:
        """The same as the query of an address, without what made no sense."""
        return self.query_without(None)

    def query_without(self, dropped: Condition | None) -> str:
        """Return the query of an address without one of the conditions."""
        pairs = [("queue", self.key)] if self.key else []
        pairs += [pair for item in self.conditions if item != dropped for pair in item.parameters()]
        return urlencode(pairs + ([("order", self.order)] if self.order else []))


def read(given: QueryDict, *, key: str = "") -> Chosen:
    """Return what an address asks for. What makes no sense is left out and said in words."""
    known = KnownCodes()
    conditions, errors = read_parameters({name: given.getlist(name) for name in given}, known)
    wrong = [problem_text(error) for error in errors]
    order = given.get("order", "")
    if order and order not in ORDERS:
        wrong.append(_("There is no such order: “%(value)s”.") % {"value": order[:40]})
        order = ""
    return Chosen(key or given.get("queue", "")[:24], tuple(conditions), order, wrong)


def problem_text(error: ConditionError) -> str:
    """Return one calm sentence on a condition that makes no sense."""
    sentences = {
        "unknown": _("“%(field)s” knows nothing called “%(value)s”; this was left out."),
        "no_number": _("“%(field)s” needs a whole number, not “%(value)s”; this was left out."),
        "no_amount": _("“%(field)s” needs an amount in yuan, not “%(value)s”; this was left out."),
        "out_of_range": _("“%(field)s” cannot be %(value)s; this was left out."),
        "upside_down": _("“%(field)s” ends before it begins; this was left out."),
        "too_many": _("“%(field)s” names too many; this was left out."),
    }
    return sentences[error.problem] % {"field": field_text(error.field), "value": error.value}


def field_text(name: str) -> str:
    """Return the name of a field in the language of the moment."""
    return FIELD_NAMES[name].text(get_language() or "zh-hans")


def value_text(field: Field, value: str) -> str:
    """Return a code of a field as people read it."""
    if field.terms is not None and value in field.terms:
        return field.terms[value].text(get_language() or "zh-hans")
    if value in field.more:
        return _("any hold") if value == "any" else _("no hold")
    if field.name == "branch":
        branch = Branch.objects.filter(code=value).first()
        return branch.name if branch else value
    return codes.name_of(field.code_list, value)


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition in words, and the address of the list without it."""

    text: str
    query: str


def chips(chosen: Chosen) -> list[Chip]:
    """Return what was chosen upon the view, each to be taken off by itself."""
    return [Chip(condition_text(item), chosen.query_without(item)) for item in chosen.conditions]


def condition_text(condition: Condition) -> str:
    """Return a condition in words: ``Stage: M1, M2``, ``Overdue amount: 1,000.00 to 5,000.00``."""
    field = FIELDS[condition.field]
    if field.shape == Shape.CODES:
        comma = "、" if (get_language() or "zh").startswith("zh") else ", "
        said = comma.join(value_text(field, value) for value in condition.values)
    else:
        said = _range_text(field, condition)
    return _("%(field)s: %(value)s") % {"field": field_text(field.name), "value": said}


def _range_text(field: Field, condition: Condition) -> str:
    low, high = (
        "" if end is None else yuan(end) if field.shape == Shape.FEN else str(end)
        for end in (condition.low, condition.high)
    )
    if low and high:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if low:
        return _("%(low)s or more") % {"low": low}
    return _("%(high)s or less") % {"high": high}


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the filter form: a choice among options, a range, or a number."""

    name: str
    label: str
    shape: str
    options: Sequence[tuple[str, str, bool]] = ()
    low: str = ""
    high: str = ""

    @property
    def is_chosen(self) -> bool:
        """Whether one of its options is chosen, so that it stands open."""
        return any(on for _code, _name, on in self.options)


def inputs(chosen: Chosen, staff: Staff) -> list[Input]:
    """Return the fields of the filter form with what is chosen now."""
    now = {item.field: item for item in chosen.conditions}
    names = [name for name in FIELDS if name != "queue" and (name != "branch" or may_name_branches(staff))]
    return [_input(FIELDS[name], now.get(name)) for name in names]


def _input(field: Field, now: Condition | None) -> Input:
    label = field_text(field.name)
    if field.shape == Shape.CODES:
        values = now.values if now else ()
        options = [(code, name, code in values) for code, name in _options(field)]
        return Input(field.name, label, "codes", options)
    typed = dict(now.parameters()) if now else {}
    if field.shape == Shape.NUMBER:
        return Input(field.name, label, "number", low=typed.get(field.name, ""))
    ends = (typed.get(f"{field.name}_{end}", "") for end in ("from", "to"))
    return Input(field.name, label, "range", (), *ends)


def _options(field: Field) -> list[tuple[str, str]]:
    if field.name == "branch":
        return [(branch.code, branch.name) for branch in Branch.objects.order_by("code")]
    if field.terms is not None:
        return [(code, value_text(field, code)) for code in field.terms]
    return [(code, value_text(field, code)) for code in (*field.more, *codes.seen().terms(field.code_list))]


def view_name(view: View) -> str:
    """Return the name of a view in the language of the moment."""
    return view.name(get_language() or "zh-hans")
