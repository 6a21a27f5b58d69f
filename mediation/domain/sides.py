"""The two sides of a dispute, and what lies behind the wall."""

from enum import StrEnum

from collections_app.domain.terms import TermList


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


WALLED_PARTS = TermList(
    ("notes", "调解笔记", "Notes"),
    ("means", "收支情况", "Means"),
    ("facts", "事实核对", "Marks on facts"),
    ("proposals", "方案", "Proposals"),
    ("recordings", "录音录像编号", "References of recordings"),
)

ROUND_STATES = TermList(
    ("open", "征集中", "Open"),
    ("revealed", "已同时公开", "Revealed"),
    ("withdrawn", "已撤回", "Withdrawn"),
    ("lapsed", "已逾期失效", "Lapsed"),
)
ROUND_TRANSITIONS: dict[str, frozenset[str]] = {
    "open": frozenset({"revealed", "withdrawn", "lapsed"}),
}
