"""Complaints (table F): their states, their calendar clocks, and what each step needs.

15 days to answer, 30 when it is complex, 60 in special cases, counted from the receipt in calendar days: the measures
on complaints of banking and insurance consumers (practice.md 1, row 12; a bank's counsel confirms). Review: to be asked
for within 30 days of the answer and answered within 30, by the same measures (general knowledge, to be confirmed).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList


class ComplaintState(StrEnum):
    ACCEPTED = "accepted"
    INVESTIGATING = "investigating"
    EXTENDED_1 = "extended_1"
    EXTENDED_2 = "extended_2"
    ANSWERED = "answered"
    REVIEW_ASKED = "review_asked"
    REVIEW_ANSWERED = "review_answered"
    TO_MEDIATION = "to_mediation"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"


_S = ComplaintState
FINISHED = frozenset({_S.CLOSED, _S.WITHDRAWN, _S.NOT_ACCEPTED})
# Nothing has been answered yet: the 15, 30 or 60 days run.
UNANSWERED = frozenset({_S.ACCEPTED, _S.INVESTIGATING, _S.EXTENDED_1, _S.EXTENDED_2})
# A clock runs: for the answer, or for that to a review.
RUNS = UNANSWERED | {_S.REVIEW_ASKED}

# The days from the receipt to the answer, by how often the term has been extended.
ANSWER_DAYS = (15, 30, 60)
EXTENDED = (_S.EXTENDED_1, _S.EXTENDED_2)
REVIEW_ASK_DAYS = 30

# The cause that stops collection until the first answer; all others are a flag (table D).
CONDUCT = "collection"


class ComplaintStep(StrEnum):
    """What people do with a complaint, beside asking for more time."""

    INVESTIGATE = "investigate"
    ANSWER = "answer"
    ASK_REVIEW = "ask_review"
    ANSWER_REVIEW = "answer_review"
    MEDIATE = "mediate"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"


_P = ComplaintStep


@dataclass(frozen=True, slots=True)
class Move:
    """One step: from which states, to which, and whether it is written to the complainant."""

    sources: frozenset[ComplaintState]
    to: ComplaintState
    written: bool = False


MOVES: Mapping[ComplaintStep, Move] = {
    _P.INVESTIGATE: Move(frozenset({_S.ACCEPTED}), _S.INVESTIGATING),
    _P.ANSWER: Move(UNANSWERED, _S.ANSWERED, written=True),
    _P.ASK_REVIEW: Move(frozenset({_S.ANSWERED}), _S.REVIEW_ASKED),
    _P.ANSWER_REVIEW: Move(frozenset({_S.REVIEW_ASKED}), _S.REVIEW_ANSWERED, written=True),
    _P.MEDIATE: Move(frozenset({_S.ANSWERED, _S.REVIEW_ANSWERED}), _S.TO_MEDIATION),
    _P.CLOSE: Move(frozenset({_S.ANSWERED, _S.REVIEW_ANSWERED, _S.TO_MEDIATION}), _S.CLOSED),
    _P.WITHDRAW: Move(UNANSWERED | {_S.REVIEW_ASKED}, _S.WITHDRAWN),
    _P.REFUSE: Move(frozenset({_S.ACCEPTED}), _S.NOT_ACCEPTED, written=True),
}


def due_at(*, received_at: datetime, extensions: int) -> datetime:
    """Return by when a complaint must be answered, in calendar days from its first receipt."""
    return received_at + timedelta(days=ANSWER_DAYS[extensions])


def days_left(*, due_at: datetime, now: datetime) -> int:
    """Return how many whole days are left; below zero once it is overdue."""
    return (due_at - now) // timedelta(days=1)


STEPS = TermList(
    ("investigate", "开始调查", "Begin the inquiry"),
    ("answer", "书面答复", "Answer in writing"),
    ("ask_review", "登记核查申请", "Record a request for review"),
    ("answer_review", "书面答复核查", "Answer the review in writing"),
    ("mediate", "转调解", "Pass to mediation"),
    ("close", "办结", "Close"),
    ("withdraw", "登记撤回", "Record its withdrawal"),
    ("refuse", "不予受理", "Do not accept it"),
)
FINDINGS = TermList(
    ("upheld", "投诉属实", "Upheld"),
    ("partly", "部分属实", "Partly upheld"),
    ("not_upheld", "不属实", "Not upheld"),
)
POWER_STATES = TermList(
    ("unchecked", "待核验", "Not checked yet"),
    ("proven", "授权有效", "Proven"),
    ("refused", "授权无效", "Not proven"),
)
COMPLAINT_DOCUMENTS = TermList(
    ("received", "投诉材料", "Came with the complaint"),
    ("power", "授权委托书", "Power of attorney"),
    ("answer", "书面答复", "Written answer"),
    ("extension", "延期告知书", "Notice of extension"),
    ("review", "核查答复书", "Written answer to the review"),
    ("refusal", "不予受理告知书", "Notice of non-acceptance"),
)
# What came with a complaint; all others are letters of the bank, which must reach the complainant.
BROUGHT = frozenset({"received", "power"})
# A letter that lies so long without having gone is chased (policy).
LETTER_LIES = timedelta(days=3)
RETURNS = TermList(
    ("unknown", "原址查无此人", "Not known at the address"),
    ("moved", "迁移新址不明", "Moved, new address unknown"),
    ("refused", "收件人拒收", "Refused by the addressee"),
    ("unclaimed", "逾期未领", "Not collected in time"),
    ("bounced", "邮件被退回", "The e-mail bounced"),
    ("other", "其他原因退回", "Came back for another reason"),
)
# How the written word goes to the complainant: each of them is a contact with its permit, but for what is handed over.
WAYS = TermList(
    ("letter", "邮寄", "By post"),
    ("email", "电子邮件", "By e-mail"),
    ("app", "手机银行", "In the app"),
    ("hand", "当面递交", "Handed over"),
)
