"""What OneCase tells the core to book, one line for each component let off, and what the core answers."""

from collections.abc import Iterable
from csv import DictReader, Error
from dataclasses import dataclass
from datetime import date

from collections_app.domain.money import fen_of
from collections_app.domain.terms import TermList
from collections_app.domain.typed import day_of, harmless, visible

INSTRUCTION_STATES = TermList(
    ("told", "已告知核心", "Told to the core"),
    ("noted", "核心已登记，待条件成就", "Noted by the core until its condition is met"),
    ("booked", "核心已入账", "Booked by the core"),
    ("differs", "核心入账金额不符", "Booked by the core with another amount"),
    ("refused", "核心未受理", "Refused by the core"),
)
# Nothing more is expected of the core; what it refused or booked otherwise, a person has to look at.
ANSWERED = frozenset({"noted", "booked", "differs", "refused"})
WRONG = frozenset({"differs", "refused"})
# What the core has not refused it has booked, or will: when it lapses, that is called off.
STANDS = frozenset({"told", "noted", "booked", "differs"})
# A core may note a line and book it later, and may mend what it refused or booked wrongly; nothing goes back.
FOLLOWS = {
    "told": frozenset({"noted", "booked", "differs", "refused"}),
    "noted": frozenset({"booked", "differs", "refused"}),
    "refused": frozenset({"booked", "differs"}),
    "differs": frozenset({"booked"}),
    "booked": frozenset[str](),
}
TOLD_COLUMNS = (
    "reference", "customer_no", "account_no", "currency", "component", "amount", "timing", "settlement", "granted_on",
    "granted_by", "approval", "calls_off",
)  # fmt: skip
ANSWER_COLUMNS = ("reference", "answer", "amount", "on", "reason")
_ANSWERS = frozenset({"noted", "booked", "refused"})
_LONGEST_REASON = 120


class AnswersRefusedError(Exception):
    """A file of answers cannot be taken in: the line, and a code that says why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the core says of one line: noted, booked with so many fen on a day, or refused with its reason."""

    line: int
    reference: str
    answer: str
    booked_fen: int | None
    on: date | None
    reason: str

    def state(self, told_fen: int) -> str:
        """Return the state the line has by this answer."""
        return "differs" if self.answer == "booked" and self.booked_fen != told_fen else self.answer


def reference_of(waiver_id: int, turn: int = 1) -> str:
    """Return the name by which the core knows a line: the nightly file may name it among its payments.

    The later words about the same waiver have names of their own: ``WV-12``, ``WV-12-2``.
    """
    return f"WV-{waiver_id}" if turn == 1 else f"WV-{waiver_id}-{turn}"


def read_answers(lines: Iterable[str]) -> list[Answer]:
    """Return the answers of a CSV file. Raise AnswersRefusedError for the first line that cannot be understood."""
    reader = DictReader(lines, strict=True)
    try:
        if tuple(reader.fieldnames or ()) != ANSWER_COLUMNS:
            raise AnswersRefusedError(1, "columns")
        found = [_answer(reader.line_num, row) for row in reader]
    except Error:
        raise AnswersRefusedError(reader.reader.line_num, "columns") from None
    seen: set[str] = set()
    for each in found:
        if each.reference in seen:
            raise AnswersRefusedError(each.line, "repeated")
        seen.add(each.reference)
    return found


def _answer(line: int, row: dict[str, str | None]) -> Answer:
    if None in row or None in row.values():
        raise AnswersRefusedError(line, "columns")
    values = {name: (value or "").strip() for name, value in row.items()}
    answer = values["answer"]
    if answer not in _ANSWERS:
        raise AnswersRefusedError(line, "answer")
    booked_fen = on = None
    if answer == "booked":
        try:
            booked_fen, on = fen_of(values["amount"]), day_of(values["on"])
        except ValueError:
            raise AnswersRefusedError(line, "amount_or_day") from None
        if booked_fen < 0:
            raise AnswersRefusedError(line, "amount_or_day")
    if answer == "refused" and not values["reason"]:
        raise AnswersRefusedError(line, "reason")
    reason = visible(harmless(values["reason"]))[:_LONGEST_REASON]
    return Answer(line, values["reference"], answer, booked_fen, on, reason)
