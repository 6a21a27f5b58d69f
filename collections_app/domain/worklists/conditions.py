"""What a view of the worklist may ask for: a safe vocabulary, the same in an address, in a stored row and in SQL.

A view's conditions all hold at once; of the values of one condition any one does. Nothing here is ever made into SQL
by its text: selectors/worklist_conditions knows each field by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from collections_app.domain.clocks.limitation import RINGING
from collections_app.domain.money import NotMoneyError, fen_of
from collections_app.domain.next_steps import NEXT_STEPS, QUEUES
from collections_app.domain.staff import DEPARTMENTS
from collections_app.domain.terms import TermList
from collections_app.domain.told.verdicts import TOLD_STATES
from collections_app.domain.typed import number_of

MOST_CONDITIONS = 12
MOST_VALUES = 24
# Nobody owes more than a hundred thousand million yuan, or for longer than a century.
_MOST_FEN = 10**13
_MOST_DAYS = 36_500


class Shape(StrEnum):
    """What the values of a condition look like: codes, amounts from and to (fen), days from and to, a number."""

    CODES = "codes"
    FEN = "fen"
    DAYS = "days"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a condition can be about. ``terms`` are its codes, or ``code_list`` names the bank's list of them."""

    name: str
    shape: Shape
    terms: TermList | None = None
    code_list: str = ""
    more: tuple[str, ...] = ()


FIELD_NAMES = TermList(
    ("queue", "队列", "Queue"),
    ("status", "状态", "Status"),
    ("stage", "逾期阶段", "Stage"),
    ("step", "下一步", "Next step"),
    ("owner", "负责人", "Owner"),
    ("branch", "机构", "Branch"),
    ("product", "产品", "Product"),
    ("overdue", "逾期金额", "Overdue amount"),
    ("days", "逾期天数", "Days overdue"),
    ("quiet", "未联系天数", "Days without contact"),
    ("promise", "承诺", "Promise"),
    ("hold", "停催事由", "Hold"),
    ("language", "语言", "Language"),
    ("vulnerable", "特殊群体", "Vulnerable"),
    ("handoff", "待办转办", "Hand-off waits with"),
    ("claimed", "认领", "Claim"),
    ("passed_over", "被跳过次数", "Times passed over"),
    ("told", "告知情况", "What was told"),
    ("limitation", "诉讼时效", "Limitation"),
    ("guarantee", "保证期间", "Guarantee period"),
)
OWNERS = TermList(("me", "本人", "Me"), ("nobody", "公共池", "Nobody"), ("others", "其他同事", "Somebody else"))
PRODUCTS = TermList(("card", "信用卡", "Credit card"), ("loan", "贷款", "Loan"))
PROMISE_GROUPS = TermList(
    ("pending", "承诺期内", "Pending"),
    ("broken", "曾未履约", "Broken before"),
    ("kept", "曾履约", "Kept before"),
    ("none", "从无承诺", "Never promised"),
)
LANGUAGES = TermList(("zh-hans", "中文", "Chinese"), ("en", "英文", "English"))
YES_NO = TermList(("yes", "是", "Yes"), ("no", "否", "No"))
CLAIMED = TermList(("no", "无人认领", "Free"), ("me", "本人认领", "Mine"), ("others", "他人认领", "A colleague's"))
# Holds that mark a customer as one to be treated with particular care.
VULNERABLE_HOLDS = ("hardship", "illness", "minor_incapable", "disaster", "risk_to_life")

_S = Shape
FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("queue", _S.CODES, QUEUES),
        Field("status", _S.CODES, code_list="statuses"),
        Field("stage", _S.CODES, code_list="stages"),
        Field("step", _S.CODES, NEXT_STEPS),
        Field("owner", _S.CODES, OWNERS),
        Field("branch", _S.CODES),
        Field("product", _S.CODES, PRODUCTS),
        Field("overdue", _S.FEN),
        Field("days", _S.DAYS),
        Field("quiet", _S.NUMBER),
        Field("promise", _S.CODES, PROMISE_GROUPS),
        Field("hold", _S.CODES, code_list="holds", more=("any", "none")),
        Field("language", _S.CODES, LANGUAGES),
        Field("vulnerable", _S.CODES, YES_NO),
        Field("handoff", _S.CODES, DEPARTMENTS),
        Field("claimed", _S.CODES, CLAIMED),
        Field("passed_over", _S.NUMBER),
        Field("told", _S.CODES, TOLD_STATES),
        Field("limitation", _S.CODES, RINGING),
        Field("guarantee", _S.CODES, RINGING),
    )
}
# What says where a case stands, not whose or what kind of case it is.
WHERE_IT_STANDS = frozenset({"queue", "status", "step", "claimed", "passed_over"})


class ConditionError(ValueError):
    """A condition that makes no sense: its field, what was given, and a code of what is wrong with it."""

    def __init__(self, problem: str, field: str, value: str = "") -> None:
        super().__init__(f"{problem}: {field} {value}")
        self.problem = problem
        self.field = field
        self.value = value


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: codes any of which will do, or a range whose ends are included and may be left open."""

    field: str
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    def stored(self) -> dict[str, Any]:
        """Return the condition as a row keeps it."""
        if self.values:
            return {"field": self.field, "values": list(self.values)}
        return {"field": self.field, "low": self.low, "high": self.high}

    def parameters(self) -> list[tuple[str, str]]:
        """Return the condition as an address says it."""
        if self.values:
            return [(self.field, value) for value in self.values]
        if FIELDS[self.field].shape == Shape.NUMBER:
            return [(self.field, str(self.low))]
        written = _yuan if FIELDS[self.field].shape == Shape.FEN else str
        ends = (("from", self.low), ("to", self.high))
        return [(f"{self.field}_{end}", written(value)) for end, value in ends if value is not None]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}" if fen % 100 else str(fen // 100)


KnownCodes = Mapping[str, Iterable[str]]


def of_codes(name: str, values: Sequence[str], known: KnownCodes) -> Condition:
    """Return a condition on codes. Raise ConditionError for a code nobody knows, or too many of them.

    ``known`` holds the codes of the bank's own lists (and of branches) by field.
    """
    field = FIELDS[name]
    allowed = set(field.terms) if field.terms is not None else set(known.get(name, ()))
    wanted = tuple(dict.fromkeys(values))
    if len(wanted) > MOST_VALUES:
        raise ConditionError("too_many", name)
    for value in wanted:
        if value not in allowed and value not in field.more:
            raise ConditionError("unknown", name, value[:40])
    return Condition(name, wanted)


def of_range(name: str, low: object, high: object) -> Condition:
    """Return a condition on a range, ends included. Raise ConditionError for ends that cannot be."""
    most = _MOST_FEN if FIELDS[name].shape == Shape.FEN else _MOST_DAYS
    for end in (low, high):
        if end is not None and not (isinstance(end, int) and 0 <= end <= most):
            raise ConditionError("out_of_range", name, str(end)[:40])
    ends = [end if isinstance(end, int) else None for end in (low, high)]
    if ends == [None, None]:
        raise ConditionError("empty", name)
    if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
        raise ConditionError("upside_down", name)
    return Condition(name, low=ends[0], high=ends[1])


def read_parameters(
    given: Mapping[str, Sequence[str]], known: KnownCodes
) -> tuple[list[Condition], list[ConditionError]]:
    """Return the conditions an address asks for, and what in it makes no sense. Other parameters are none of ours."""
    found: list[Condition] = []
    wrong: list[ConditionError] = []
    for name, field in FIELDS.items():
        if name == "queue":  # the view itself, not a condition upon it
            continue
        try:
            condition = _read(field, given, known)
        except ConditionError as error:
            wrong.append(error)
            continue
        if condition is not None:
            found.append(condition)
    return found[:MOST_CONDITIONS], wrong


def _read(field: Field, given: Mapping[str, Sequence[str]], known: KnownCodes) -> Condition | None:
    values = [value.strip() for value in given.get(field.name, ()) if value.strip()]
    if field.shape == Shape.CODES:
        return of_codes(field.name, values, known) if values else None
    if field.shape == Shape.NUMBER:
        return of_range(field.name, _whole(field.name, values[0]), None) if values else None
    read = _fen if field.shape == Shape.FEN else _whole
    ends = []
    for end in ("from", "to"):
        typed = next((text.strip() for text in given.get(f"{field.name}_{end}", ()) if text.strip()), "")
        ends.append(read(field.name, typed) if typed else None)
    return of_range(field.name, *ends) if ends != [None, None] else None


def _whole(name: str, text: str) -> int:
    number = number_of(text)
    if number is None:
        raise ConditionError("no_number", name, text[:40])
    return number


def _fen(name: str, text: str) -> int:
    try:
        return fen_of(text)
    except NotMoneyError as error:
        raise ConditionError("no_amount", name, text[:40]) from error


def read_stored(rows: Sequence[Mapping[str, Any]], known: KnownCodes) -> list[Condition]:
    """Return the conditions a row keeps. Raise ConditionError for what makes no sense."""
    if len(rows) > MOST_CONDITIONS:
        raise ConditionError("too_many", "")
    found = []
    for row in rows:
        name = str(row.get("field", ""))
        if name not in FIELDS:
            raise ConditionError("unknown", name[:40])
        if FIELDS[name].shape == Shape.CODES:
            found.append(of_codes(name, [str(value) for value in row.get("values", ())], known))
        else:
            found.append(of_range(name, row.get("low"), row.get("high")))
    return found
