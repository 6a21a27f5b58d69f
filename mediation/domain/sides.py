"""The two sides of a dispute, and what lies behind the wall."""

from enum import StrEnum

from collections_app.domain.terms import TermList
from mediation.domain.people.roles import ExpertRole


class Side(StrEnum):
    BANK = "bank"
    CUSTOMER = "customer"


SIDES = TermList(
    ("bank", "本行", "Bank"),
    ("customer", "客户", "Customer"),
)


class Part(StrEnum):
    NOTES = "notes"
    MEANS = "means"
    FACTS = "facts"
    PROPOSALS = "proposals"
    RECORDINGS = "recordings"
    MINUTES = "minutes"
    WORDS = "words"


WALLED_PARTS = TermList(
    ("notes", "调解笔记", "Notes"),
    ("means", "收支情况", "Means"),
    ("facts", "事实核对", "Marks on facts"),
    ("proposals", "方案", "Proposals"),
    ("recordings", "录音录像编号", "References of recordings"),
    ("minutes", "会议记录", "Minutes"),
    ("words", "房间内文字", "Words written in a room"),
)

# Which parts each reads where they lie; what one side may see of proposals and means is narrower still.
EVERYTHING = frozenset(Part)
OF_SIDE: dict[str, frozenset[Part]] = {
    Side.BANK: frozenset({Part.FACTS, Part.PROPOSALS}),
    Side.CUSTOMER: frozenset({Part.FACTS, Part.PROPOSALS, Part.MEANS, Part.MINUTES}),
}
# Counsel, financial experts and psychologists weigh what the mediator weighs. An interpreter puts into another tongue
# what both sides share, and needs no more for it.
OF_PANEL: dict[str, frozenset[Part]] = {
    ExpertRole.LEGAL: EVERYTHING,
    ExpertRole.FINANCIAL: EVERYTHING,
    ExpertRole.PSYCHOLOGIST: EVERYTHING,
    ExpertRole.INTERPRETER: frozenset({Part.FACTS, Part.MINUTES}),
}

ROUND_STATES = TermList(
    ("open", "征集中", "Open"),
    ("revealed", "已同时公开", "Revealed"),
    ("withdrawn", "已撤回", "Withdrawn"),
    ("lapsed", "已逾期失效", "Lapsed"),
)
ROUND_TRANSITIONS: dict[str, frozenset[str]] = {
    "open": frozenset({"revealed", "withdrawn", "lapsed"}),
}
