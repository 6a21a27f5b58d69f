"""The facts of a dispute: which the record has, what each side says of them, and which nobody disputes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from collections_app.domain.terms import TermList


class Verdict(StrEnum):
    ACCEPTS = "accepts"
    OBJECTS = "objects"


VERDICTS = TermList(
    ("accepts", "认可", "Accepts"),
    ("objects", "有异议", "Objects"),
)

FACTS = TermList(
    ("principal", "本金余额", "Principal"),
    ("interest", "利息余额", "Interest"),
    ("fees", "费用余额", "Fees"),
    ("payoff", "结清金额", "Payoff"),
    ("overdue", "逾期金额", "Overdue"),
    ("due_on", "到期还款日", "Due date"),
    ("overdue_since", "逾期起始日", "Overdue since"),
    ("payment", "已入账还款", "Payment received"),
    ("disputed", "客户提出争议", "Disputed by the customer"),
)
_AMOUNTS = ("principal", "interest", "fees", "payoff", "overdue")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its key on the sheet, its code, and an amount in fen, a day, or both."""

    key: str
    code: str
    fen: int | None = None
    on: date | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """Return it as a sheet keeps it."""
        return {"key": self.key, "code": self.code, "fen": self.fen, "on": self.on.isoformat() if self.on else None}

    @classmethod
    def of(cls, kept: Mapping[str, str | int | None]) -> "Fact":
        """Return what a sheet kept."""
        on, fen = kept["on"], kept["fen"]
        return cls(str(kept["key"]), str(kept["code"]), None if fen is None else int(fen), _day(on))


def _day(text: str | int | None) -> date | None:
    return date.fromisoformat(str(text)) if text is not None else None


def drawn(
    *,
    amounts: Mapping[str, int],
    due_on: date | None,
    overdue_since: date | None,
    payments: Sequence[tuple[int, date, int]],
    disputes: Sequence[tuple[int, date]],
) -> list[Fact]:
    """Return the facts of a record in the order they are read.

    ``amounts`` are in fen by code; payments are (id, day, fen), disputes (id, day).
    """
    found = [Fact(code, code, fen=amounts[code]) for code in _AMOUNTS]
    if due_on is not None:
        found.append(Fact("due_on", "due_on", on=due_on))
    if overdue_since is not None:
        found.append(Fact("overdue_since", "overdue_since", on=overdue_since))
    found += [Fact(f"payment-{row}", "payment", fen=fen, on=day) for row, day, fen in payments]
    return found + [Fact(f"disputed-{row}", "disputed", on=day) for row, day in disputes]


def undisputed(facts: Sequence[Fact], *, bank: Mapping[str, str], customer: Mapping[str, str]) -> list[Fact]:
    """Return the facts that both sides accept; the mappings are each side's latest verdicts by key."""
    return [fact for fact in facts if bank.get(fact.key) == customer.get(fact.key) == Verdict.ACCEPTS]


def all_marked(facts: Sequence[Fact], *, bank: Mapping[str, str], customer: Mapping[str, str]) -> bool:
    """Return whether both sides have said something of every fact."""
    return all(fact.key in bank and fact.key in customer for fact in facts)
