"""The kinds that remind, acknowledge an agreement, invite or put right: planned from the record itself."""

from collections_app.domain.purposes import Purpose
from collections_app.domain.terms import Term
from notifications.domain.kinds.codes import Kind, Premise, Variant
from notifications.domain.kinds.kind import COMMON, DISCLOSED, MessageKind

_V, _P = Variant, Premise

# How the truth of an account is told, whatever was told before: as what is agreed, comes next, or is overdue.
_TRUTHS = (_V.ONE_PART, _V.MORE_PARTS, _V.PLAN_PART, _V.INSTALMENT, _V.BILL, _V.OVERDUE, _V.NOTHING_OVERDUE)
_TRUE_VARIABLES = frozenset({"pd", "pamt", "rest", "rdue", "due", "pi", "inst", "bill", "minp", "od", "asof"})
_TRUE_AMOUNTS = (
    ("pamt", "promised"),
    ("rest", "promised"),
    ("pi", "instalment"),
    ("inst", "instalment"),
    ("bill", "billed"),
    ("minp", "minimum_due"),
    ("od", "overdue"),
)

REMINDING = (
    MessageKind(
        Term(Kind.LOAN_DUE, "贷款到期提醒", "Loan instalment due"),
        Purpose.DUE_NOTICE,
        _P.LOAN_INSTALMENT_DUE,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        COMMON | {"due", "inst"},
        (("inst", "instalment"),),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.CARD_DUE, "信用卡账单提醒", "Card bill due"),
        Purpose.DUE_NOTICE,
        _P.CARD_BILL_DUE,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        COMMON | {"due", "month", "bill", "minp"},
        (("bill", "billed"), ("minp", "minimum_due")),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.DUE_TODAY, "今日到期", "Due today"),
        Purpose.DUE_NOTICE,
        _P.CARD_DUE_TODAY,
        DISCLOSED,
        COMMON | {"bill", "minp"},
        (("bill", "billed"), ("minp", "minimum_due")),
    ),
    MessageKind(
        Term(Kind.OVERDUE_GENTLE, "逾期温和提醒", "Gentle overdue reminder"),
        Purpose.COLLECTION,
        _P.OVERDUE,
        DISCLOSED,
        COMMON | {"since", "od"},
        (("od", "overdue"),),
        valid_days=2,
    ),
    MessageKind(
        Term(Kind.PROMISE_DUE, "承诺到期提醒", "Promise due"),
        Purpose.PLAN_NOTICE,
        _P.PROMISE_DUE,
        (_V.EXPLICIT, _V.CODE, _V.LINK, _V.NEUTRAL),
        COMMON | {"pd", "pamt"},
        (("pamt", "promised"),),
    ),
    MessageKind(
        Term(Kind.PROMISE_BROKEN, "承诺未履约提醒", "Promise not kept"),
        Purpose.COLLECTION,
        _P.PROMISE_BROKEN,
        (_V.EXPLICIT, _V.CODE, _V.LINK, _V.NEUTRAL),
        COMMON | {"pd", "pamt", "unpaid"},
        (("pamt", "promised"), ("unpaid", "promised")),
        # It has one step and no other: what an outage put off is right for as long as the promise stays unkept.
        valid_days=7,
    ),
    MessageKind(
        Term(Kind.PLAN_DUE, "分期应还提醒", "Plan instalment due"),
        Purpose.PLAN_NOTICE,
        _P.PLAN_INSTALMENT_DUE,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        COMMON | {"k", "n", "pi", "due"},
        (("pi", "instalment"),),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.PAYMENT_RECEIVED, "还款回执", "Payment received"),
        Purpose.RECEIPT,
        _P.PAYMENT_RECEIVED,
        (_V.REST_AGREED, _V.NOTHING_OVERDUE, _V.REST_OPEN),
        COMMON | {"paid", "rest", "rdue"},
        (("rest", "promised"),),
        valid_days=2,
        priority=True,
    ),
    MessageKind(
        Term(Kind.MEDIATION_INVITATION, "调解邀请", "Mediation invitation"),
        Purpose.INVITE,
        _P.INVITATION_OPEN,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        COMMON | {"org", "meeting"},
        valid_days=5,
    ),
    MessageKind(
        Term(Kind.NEGOTIATION_INVITATION, "协商邀请", "Negotiation invitation"),
        Purpose.INVITE,
        _P.INVITATION_OPEN,
        (_V.EXPLICIT, _V.NEUTRAL),
        COMMON | {"meeting"},
        valid_days=5,
    ),
    MessageKind(
        Term(Kind.WRITTEN_CONFIRMATION, "书面确认", "Written confirmation"),
        Purpose.CORRECTION,
        _P.PROMISE_PENDING,
        (_V.ONE_PART, _V.MORE_PARTS),
        COMMON | {"pd", "pamt", "rest", "rdue"},
        (("pamt", "promised"), ("rest", "promised")),
        valid_days=2,
        priority=True,
    ),
    *(
        MessageKind(
            term,
            Purpose.CORRECTION,
            _P.TOLD_CONTRADICTED,
            _TRUTHS,
            COMMON | _TRUE_VARIABLES,
            _TRUE_AMOUNTS,
            valid_days=7,
            priority=True,
        )
        for term in (
            Term(Kind.TOLD_CORRECTION, "告知更正", "Correction of what was told"),
            Term(Kind.TOLD_CONFIRMATION, "告知确认", "Confirmation of what was told"),
        )
    ),
)
