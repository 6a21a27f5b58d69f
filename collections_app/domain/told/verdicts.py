"""What a customer was told of an account, taken together: does their last word from the bank agree with the truth?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from collections_app.domain.terms import TermList
from collections_app.domain.told.standing import DATED_NAMES, Standing, Statement, Truth, standing


class ToldState(StrEnum):
    """How what a customer was told stands to what is true."""

    NOTHING = "nothing"
    EXPIRED = "expired"
    AGREES = "agrees"
    ORALLY_ONLY = "orally_only"
    WRONG = "told_wrong"


TOLD_STATES = TermList(
    ("nothing", "未告知", "Told nothing"),
    ("expired", "告知已过期", "What was told has lapsed"),
    ("agrees", "告知一致", "Told the truth"),
    ("orally_only", "仅口头告知", "Told orally only"),
    ("told_wrong", "告知有误", "Told wrong"),
)
FLAGGED = frozenset({ToldState.ORALLY_ONLY, ToldState.WRONG})
# The worst account speaks for the record.
_WORST_LAST = tuple(ToldState)


class FlagEnd(StrEnum):
    """How a flag ended: the customer was told the truth; the day of an oral word passed; the word never arrived."""

    TOLD = "told"
    OVER = "over"
    UNHEARD = "unheard"


FLAG_ENDS = TermList(
    ("told", "已如实告知", "Told the truth"),
    ("over", "口头告知的日期已过", "The day that was told orally has passed"),
    ("unheard", "错误告知并未送达", "What was wrong never arrived"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """The newest word of an account by mouth, or in writing: its statements belong together."""

    statements: tuple[Statement, ...]

    @property
    def at(self) -> datetime:
        """When it was told."""
        return self.statements[0].at

    @property
    def is_agreement(self) -> bool:
        """Whether it speaks of what was promised or agreed."""
        return any(item.name in DATED_NAMES for item in self.statements)


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A contradiction nobody has put right yet, and whether something wrong was told."""

    wrong: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of an account, the word it rests on, and how the flag on it ends, if it does."""

    state: ToldState
    word: Word | None = None
    ends: FlagEnd | None = None


def newest(statements: Iterable[Statement]) -> tuple[Word | None, Word | None]:
    """Return the newest word by mouth and the newest in writing (message or page) among those of one account."""
    words: dict[bool, list[Statement]] = {}
    for item in sorted(statements, key=lambda item: (item.at, item.id), reverse=True):
        rows = words.setdefault(item.medium == "spoken", [])
        if not rows or rows[0].at == item.at:
            rows.append(item)
    spoken, written = words.get(True), words.get(False)
    # In the order in which they were told.
    return (Word(tuple(spoken[::-1])) if spoken else None, Word(tuple(written[::-1])) if written else None)


def judge(
    spoken: Word | None, written: Word | None, truth: Truth | None, *, flag: OpenFlag | None, today: date
) -> Verdict:
    """Return what a customer was told of an account, by its newest words, the truth and the flag that is open.

    Only a later true word cures a wrong one. What is true only by mouth, though it is an agreement or puts a wrong
    word right, wants writing. A word whose day has passed says nothing, unless it was wrong while it stood.
    """
    by_mouth, in_writing = (_standing(word, truth, flag, today) for word in (spoken, written))
    mouth_later = spoken is not None and (written is None or spoken.at > written.at)
    if written is not None and in_writing is Standing.HOLDS and not (mouth_later and by_mouth is Standing.WRONG):
        return Verdict(ToldState.AGREES, written, FlagEnd.TOLD)
    if spoken is not None and by_mouth is Standing.HOLDS and (mouth_later or in_writing is Standing.EXPIRED):
        if flag is not None or spoken.is_agreement or in_writing is Standing.WRONG:
            return Verdict(ToldState.ORALLY_ONLY, spoken)
        return Verdict(ToldState.AGREES, spoken, FlagEnd.TOLD)
    told = [(spoken, by_mouth), (written, in_writing)] if mouth_later else [(written, in_writing), (spoken, by_mouth)]
    if wrong := next((word for word, found in told if found is Standing.WRONG), None):
        return Verdict(ToldState.WRONG, wrong)
    last = next((word for word, _ in told if word is not None), None)
    if last is None:
        return Verdict(ToldState.NOTHING, None, FlagEnd.UNHEARD)
    return Verdict(ToldState.EXPIRED, last, FlagEnd.OVER)


def _standing(word: Word | None, truth: Truth | None, flag: OpenFlag | None, today: date) -> Standing | None:
    """How a word stands as a whole. Time alone puts nothing right: while a wrong word is open, none lapses."""
    if word is None:
        return None
    found = {standing(item, truth, today=today) for item in word.statements}
    if Standing.WRONG in found:
        return Standing.WRONG
    if Standing.EXPIRED not in found:
        return Standing.HOLDS
    return Standing.WRONG if flag is not None and flag.wrong else Standing.EXPIRED


def worst(states: Sequence[ToldState]) -> ToldState:
    """Return the state of a record from those of its accounts."""
    return max(states, key=_WORST_LAST.index, default=ToldState.NOTHING)
