"""Whether a row of a code list may be written as it is asked for: values, references, bounds, what logic needs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from collections_app.domain.code_lists import LISTS, CodeField, CodeList, FieldKind
from collections_app.domain.codes import Bound, CodeBook, CodeRow
from collections_app.domain.outcomes import OutcomeEffect

_CODE = re.compile(r"[a-z][a-z0-9_]{1,19}")
_LONGEST = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row may not be written so: a stable code, and what its sentence names."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


def problem(name: str, row: CodeRow, book: CodeBook) -> Problem | None:
    """Return the first thing wrong with writing a row into a list, or None.

    ``book`` is how things stand: the row as it is there now, if it is, carries the bounds.
    """
    return next(_problems(LISTS[name], row, book.terms(name).get(row.code), book), None)


def _problems(code_list: CodeList, row: CodeRow, before: CodeRow | None, book: CodeBook) -> Iterator[Problem]:
    if before is None:
        yield from _of_new(code_list, row)
    elif before.active and not row.active:
        yield from _of_retiring(code_list, row, before, book)
    known = {item.name: item for item in code_list.fields}
    for value in known.values():
        found = _value_problem(value, row.data.get(value.name), book)
        if found:
            yield Problem(found, {"field": value.name})
    if before is not None:
        for value in known.values():
            yield from _of_bounds(value, row, before)
    if code_list.name == "outcomes":
        yield from _of_outcome(row, book)
    if code_list.name == "statuses":
        yield from _of_precedence(row, book)


def _of_new(code_list: CodeList, row: CodeRow) -> Iterator[Problem]:
    if not code_list.is_open:
        yield Problem("code_list_closed", {"list": code_list.name})
    if not _CODE.fullmatch(row.code):
        yield Problem("code_malformed")


def _of_retiring(code_list: CodeList, row: CodeRow, before: CodeRow, book: CodeBook) -> Iterator[Problem]:
    if not code_list.is_open or row.code in code_list.needed:
        yield Problem("code_needed", {"name_of": row.code, "list": code_list.name})
    if before.floors:
        yield Problem("code_guaranteed", {"name_of": row.code, "list": code_list.name})
    users = _users(code_list.name, row.code, book)
    if users:
        yield Problem(
            "code_in_use", {"name_of": row.code, "list": code_list.name, "by": users[0][1], "by_list": users[0][0]}
        )


def _users(name: str, code: str, book: CodeBook) -> list[tuple[str, str]]:
    """Return the rows in use, as list and code, that name this code."""
    return [
        (other.name, row.code)
        for other in LISTS.values()
        for value in other.fields
        if value.of == name
        for row in book.offered(other.name)
        if row.data.get(value.name) == code
        or (value.kind is FieldKind.TERMS and code in (row.data.get(value.name) or []))
    ]


def _value_problem(value: CodeField, given: Any, book: CodeBook) -> str:
    """Return the code of what is wrong with a value, or an empty text."""
    if given in (None, "") and value.optional:
        return ""
    kind = value.kind
    if kind is FieldKind.FLAG:
        fine = isinstance(given, bool)
    elif kind is FieldKind.NUMBER:
        fine = isinstance(given, int) and not isinstance(given, bool) and 0 < given <= _LONGEST
    elif kind in {FieldKind.LEVEL, FieldKind.CHOICE}:
        fine = given in value.choices
    elif kind is FieldKind.TERM:
        fine = _in_use(value.of, given, book)
    elif not isinstance(given, list) or len(set(given)) != len(given):
        fine = False
    elif kind is FieldKind.CODES:
        fine = set(given) <= set(value.choices)
    else:
        fine = all(_in_use(value.of, code, book) for code in given)
    return "" if fine else "code_value_unknown"


def _in_use(name: str, code: str, book: CodeBook) -> bool:
    row = book.terms(name).get(code)
    return row is not None and row.active


def _of_bounds(value: CodeField, row: CodeRow, before: CodeRow) -> Iterator[Problem]:
    given = row.data.get(value.name)
    if value.structural and given != before.data.get(value.name):
        yield Problem("code_structural", {"field": value.name})
    floor, ceiling = before.floors.get(value.name), before.ceilings.get(value.name)
    if floor is not None and _below(value, given, floor):
        yield Problem("code_below_floor", _bound_words(value, floor))
    if ceiling is not None and _beyond(value, given, ceiling):
        yield Problem("code_above_ceiling", _bound_words(value, ceiling))


def _bound_words(value: CodeField, bound: Bound) -> dict[str, Any]:
    return {"field": value.name, "bound": bound.value, "bound_basis": bound.basis}


def _below(value: CodeField, given: Any, floor: Bound) -> bool:
    if value.kind is FieldKind.LEVEL:
        return value.choices.index(given) < value.choices.index(floor.value)
    if value.kind is FieldKind.CODES:
        return not set(floor.value) <= set(given)
    return bool(given != floor.value)


def _beyond(value: CodeField, given: Any, ceiling: Bound) -> bool:
    if value.kind is FieldKind.LEVEL:
        return value.choices.index(given) > value.choices.index(ceiling.value)
    return bool(given > ceiling.value)


_NEEDS = {
    OutcomeEffect.HOLD.value: ("hold",),
    OutcomeEffect.HANDOFF.value: ("handoff",),
    OutcomeEffect.RED_BUTTON.value: ("hold", "handoff"),
}


def _of_outcome(row: CodeRow, book: CodeBook) -> Iterator[Problem]:
    """An effect that places a hold or opens a hand-off needs to know which, and one a call can give the scope of."""
    for effect in row.data["effects"]:
        for name in _NEEDS.get(effect, ()):
            if not row.data[name]:
                yield Problem("outcome_lacks", {"field": name})
    hold = row.data["hold"]
    if hold and book.holds.rule(hold).scope not in {"account", "customer"}:
        yield Problem("outcome_hold_scope")


def _of_precedence(row: CodeRow, book: CodeBook) -> Iterator[Problem]:
    """Statuses change places within their tier only: what the law decides stays first, what stops collection next."""
    for other in book.terms("statuses").values():
        if other.code == row.code:
            continue
        before, after = (row, other) if row.data["tier"] < other.data["tier"] else (other, row)
        if row.data["tier"] != other.data["tier"] and before.position >= after.position:
            yield Problem("status_out_of_tier", {"status_before": before.code, "status_after": after.code})
