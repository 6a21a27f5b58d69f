"""A letter's life: printed in a batch, posted, delivered or returned; and what a return says of the address."""

import re
from datetime import timedelta
from enum import StrEnum

from collections_app.domain.complaints import RETURNS as ALL_RETURNS
from collections_app.domain.terms import TermList


class LetterState(StrEnum):
    QUEUED = "queued"
    BATCHED = "batched"
    POSTED = "posted"
    DELIVERED = "delivered"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


LETTER_STATES = TermList(
    ("queued", "待制作", "To be printed"),
    ("batched", "已入批次", "In a batch"),
    ("posted", "已交邮", "Posted"),
    ("delivered", "已妥投", "Delivered"),
    ("returned", "已退回", "Returned"),
    ("withdrawn", "已撤下", "Withdrawn"),
)

_S = LetterState
TRANSITIONS: dict[LetterState, frozenset[LetterState]] = {
    _S.QUEUED: frozenset({_S.BATCHED, _S.WITHDRAWN}),
    _S.BATCHED: frozenset({_S.POSTED, _S.WITHDRAWN}),
    _S.POSTED: frozenset({_S.DELIVERED, _S.RETURNED}),
    _S.DELIVERED: frozenset(),
    _S.RETURNED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


class BatchState(StrEnum):
    MADE = "made"
    HANDING = "handing"
    HANDED_OVER = "handed_over"
    UNKNOWN = "unknown"


BATCH_STATES = TermList(
    ("made", "待交付", "To be handed over"),
    ("handing", "交付中", "Being handed over"),
    ("handed_over", "已交付制作", "Handed over"),
    ("unknown", "交付结果不明", "Nobody knows whether it was handed over"),
)

BATCH_TRANSITIONS: dict[BatchState, frozenset[BatchState]] = {
    BatchState.MADE: frozenset({BatchState.HANDING, BatchState.HANDED_OVER}),
    BatchState.HANDING: frozenset({BatchState.HANDED_OVER, BatchState.UNKNOWN, BatchState.MADE}),
    BatchState.UNKNOWN: frozenset({BatchState.HANDED_OVER, BatchState.MADE}),
    BatchState.HANDED_OVER: frozenset(),
}

# What was done with a batch, by whom: its log is never changed.
BATCH_STEPS = TermList(
    ("made", "生成批次", "Batch made"),
    ("downloaded", "下载文件", "File downloaded"),
    ("handed_over", "交付制作厂", "Handed to the print house"),
    ("found_there", "核实已在制作厂目录", "Found at the print house"),
    ("lost", "交付结果不明", "Nobody knows whether it was handed over"),
    ("decided_there", "人工确认已交付", "A person says it was handed over"),
    ("decided_again", "人工决定重新交付", "A person lets it be handed over again"),
    ("posted", "登记交邮", "Posting noted"),
)

# Why a letter comes back; an e-mail's reason is none.
RETURNS = TermList(*((row.code, row.zh, row.en) for code, row in ALL_RETURNS.items() if code != "bounced"))
# What a return says of the address. Whoever refuses a letter lives there.
QUALITY_AFTER = {"unknown": "bad", "moved": "bad", "unclaimed": "suspect", "other": "suspect", "refused": ""}

MOST_IN_BATCH = 500
# The day a demand names is counted from when it was written: what lies longer is written anew.
LIES_AT_MOST = timedelta(days=3)
# A hand-over takes seconds; after so long nobody is at it any more.
HANDING_TAKES = timedelta(minutes=10)

_NUMBER = re.compile(r"[Ll]?0*([0-9]{1,15})")


def letter_no(letter_id: int) -> str:
    """Return the number a letter bears under its address and in every list."""
    return f"L{letter_id:08d}"


def id_of(number: str) -> int | None:
    """Return the id in a letter's number, or None when it is none."""
    match = _NUMBER.fullmatch(number.strip())
    return int(match[1]) if match else None


def may_follow(old: str, new: str) -> bool:
    """Return whether a letter may go from one state to the other."""
    return LetterState(new) in TRANSITIONS[LetterState(old)]


def batch_may_follow(old: str, new: str) -> bool:
    """Return whether a batch may go from one state to the other."""
    return BatchState(new) in BATCH_TRANSITIONS[BatchState(old)]
