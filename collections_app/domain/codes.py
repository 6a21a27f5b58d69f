"""The code book: every code list as the bank has it now, read into what the rules of the domain take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

from collections_app.domain.code_lists import LISTS
from collections_app.domain.handoffs import Clock, HandOffRule, Step
from collections_app.domain.holds import Effect, HoldRule, HoldTable
from collections_app.domain.outcomes import Counts, Outcome, OutcomeEffect, Party

# So far apart stand two neighbours of a shipped list, so that a code of the bank's own fits between them.
STEP = 10


@dataclass(frozen=True, slots=True)
class Bound:
    """A value nobody may go below or beyond, and on what that rests (``law``, ``industry``, ``guarantee``)."""

    value: Any
    basis: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of a code list: its stable code, names, order, whether it is in use, and what else it states.

    ``floors`` and ``ceilings`` come with the release and are never the bank's to edit.
    """

    code: str
    zh: str
    en: str
    about_zh: str = ""
    about_en: str = ""
    position: int = 0
    active: bool = True
    version: int = 1
    data: Mapping[str, Any] = field(default_factory=dict)
    floors: Mapping[str, Bound] = field(default_factory=dict)
    ceilings: Mapping[str, Bound] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Return the name in the language asked for (any ``zh-…`` tag gives Chinese)."""
        return self.zh if language.lower().startswith("zh") else self.en

    def about(self, language: str) -> str:
        """Return what the code means in the language asked for, or an empty text."""
        return self.about_zh if language.lower().startswith("zh") else self.about_en


class CodeBook:
    """All code lists at one moment. Immutable: whoever holds one sees the same names and rules throughout."""

    def __init__(self, rows: Mapping[str, Iterable[CodeRow]]) -> None:
        self._lists: dict[str, dict[str, CodeRow]] = {name: {} for name in LISTS}
        for name, found in rows.items():
            ordered = sorted(found, key=lambda row: (row.position, row.code))
            self._lists[name] = {row.code: row for row in ordered}

    def terms(self, name: str) -> Mapping[str, CodeRow]:
        """Return a list in its order, with what is no longer in use: the past keeps its names."""
        return self._lists[name]

    def offered(self, name: str) -> list[CodeRow]:
        """Return the rows of a list that are in use, in the order a screen offers them."""
        return [row for row in self._lists[name].values() if row.active]

    def order_mark(self, name: str) -> str:
        """Return a mark of the order of a list: another mark means that a row has come or has taken another place."""
        order = [(row.code, row.position) for row in self._lists[name].values()]
        return sha256(repr(order).encode()).hexdigest()[:32]

    def text(self, name: str, code: str, language: str) -> str:
        """Return the name of a code; one the list lacks stays as it is."""
        row = self._lists[name].get(code)
        return row.text(language) if row else code

    @cached_property
    def holds(self) -> HoldTable:
        """The table of holds by kind."""
        return HoldTable({code: _hold(row) for code, row in self._lists["holds"].items()})

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The outcomes of a call, in the order the screen offers them."""
        return {code: _outcome(row) for code, row in self._lists["outcomes"].items()}

    @cached_property
    def handoffs(self) -> Mapping[str, HandOffRule]:
        """Where each kind of hand-off goes and how long it may take."""
        return {code: _handoff(row) for code, row in self._lists["handoffs"].items()}

    @cached_property
    def escalation(self) -> tuple[Step, ...]:
        """The steps by which a hand-off climbs, the first one first."""
        rows = sorted(self.offered("escalation_steps"), key=lambda row: row.data["percent"])
        return tuple(Step(row.data["percent"], row.data["role"]) for row in rows)

    @cached_property
    def precedence(self) -> tuple[str, ...]:
        """The derived statuses, the one that wins first."""
        return tuple(self._lists["statuses"])

    @cached_property
    def claimable_channels(self) -> list[str]:
        """The ways of paying that a customer may say they have used. Nobody in the bank ever takes money."""
        return [row.code for row in self.offered("payment_channels") if row.data["claimable"]]


def _hold(row: CodeRow) -> HoldRule:
    data = row.data
    return HoldRule(
        scope=data["scope"],
        collect=Effect(data["collect"]),
        notice=Effect(data["notice"]),
        statutory=Effect(data["statutory"]),
        receipt=Effect(data["receipt"]),
        days=data["days"],
        working_days=data.get("working_days"),
        status=data["status"],
        by_hand=data["by_hand"],
        offered=row.active,
        version=row.version,
        review=bool(data.get("review")),
        via=frozenset(data.get("via") or ()),
        via_staff=frozenset(data.get("via_staff") or ()),
    )


def _outcome(row: CodeRow) -> Outcome:
    data = row.data
    return Outcome(
        code=row.code,
        party=Party(data["party"]),
        counts=Counts(data["counts"]),
        effects=tuple(OutcomeEffect(effect) for effect in data["effects"]),
        hold=data["hold"],
        handoff=data["handoff"],
        needs_verified=data["verified"],
        needs_reason=bool(data.get("reason")),
        offered=row.active,
    )


def _handoff(row: CodeRow) -> HandOffRule:
    data = row.data
    return HandOffRule(
        to=data["to"],
        minutes=data["minutes"],
        must_carry=tuple(data["must_carry"]),
        text_required=data["text_required"],
        offered=row.active,
        clock=Clock(data["clock"]),
        then_minutes=data["then_minutes"],
        hold=data["hold"] or "",
    )
