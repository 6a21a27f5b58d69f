"""The kinds of message: why each is sent, what must still be true when it is, and what its texts may say."""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.terms import Term, TermList


class Kind(StrEnum):
    LOAN_DUE = "loan_due"
    CARD_DUE = "card_due"
    DUE_TODAY = "due_today"
    OVERDUE_GENTLE = "overdue_gentle"
    PROMISE_DUE = "promise_due"
    PROMISE_BROKEN = "promise_broken"
    PLAN_DUE = "plan_due"
    PAYMENT_RECEIVED = "payment_received"
    MEDIATION_INVITATION = "mediation_invitation"
    NEGOTIATION_INVITATION = "negotiation_invitation"
    WRITTEN_CONFIRMATION = "written_confirmation"
    TOLD_CORRECTION = "told_correction"
    TOLD_CONFIRMATION = "told_confirmation"


class Variant(StrEnum):
    """The forms of a text. The first four differ in what they disclose, the others in what is true."""

    EXPLICIT = "explicit"
    CODE = "code"
    LINK = "link"
    NEUTRAL = "neutral"
    REST_AGREED = "rest_agreed"
    NOTHING_OVERDUE = "nothing_overdue"
    REST_OPEN = "rest_open"
    ONE_PART = "one_part"
    MORE_PARTS = "more_parts"
    PLAN_PART = "plan_part"
    INSTALMENT = "instalment"
    BILL = "bill"
    OVERDUE = "overdue"


VARIANTS = TermList(
    ("explicit", "明示版", "Explicit"),
    ("code", "编号版", "With code"),
    ("link", "链接版", "With link"),
    ("neutral", "隐去版", "Neutral"),
    ("rest_agreed", "余款有约定", "Rest agreed"),
    ("nothing_overdue", "已无逾期", "Nothing overdue"),
    ("rest_open", "仍有余款", "Rest open"),
    ("one_part", "一次还清", "One part"),
    ("more_parts", "分次还款", "More parts"),
    ("plan_part", "还款安排下一期", "Next of a plan"),
    ("instalment", "本期应还", "Instalment"),
    ("bill", "账单待还", "Bill"),
    ("overdue", "逾期金额", "Overdue amount"),
)


class Premise(StrEnum):
    """What must hold of the record at the instant of sending."""

    LOAN_INSTALMENT_DUE = "loan_instalment_due"
    CARD_BILL_DUE = "card_bill_due"
    CARD_DUE_TODAY = "card_due_today"
    OVERDUE = "overdue"
    PROMISE_DUE = "promise_due"
    PROMISE_BROKEN = "promise_broken"
    PLAN_INSTALMENT_DUE = "plan_instalment_due"
    PAYMENT_RECEIVED = "payment_received"
    INVITATION_OPEN = "invitation_open"
    PROMISE_PENDING = "promise_pending"
    TOLD_CONTRADICTED = "told_contradicted"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message. ``variables`` are what its explicit texts may say; ``amounts`` name those that are
    amounts, each with the name under which the record remembers that it was told."""

    term: Term
    purpose: Purpose
    premise: Premise
    variants: tuple[Variant, ...]
    variables: frozenset[str]
    amounts: tuple[tuple[str, str], ...] = ()
    valid_days: int = 1
    priority: bool = False
    channel: Channel = Channel.SMS

    @property
    def code(self) -> str:
        return self.term.code


_V, _P = Variant, Premise
_COMMON = frozenset({"tail", "product", "hotline"})
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
_DISCLOSED = (_V.EXPLICIT, _V.CODE, _V.LINK, _V.NEUTRAL)

# The names under which the record remembers amounts that were told.
TOLD_AMOUNTS = TermList(
    ("overdue", "逾期金额", "Overdue"),
    ("minimum_due", "最低还款待还", "Minimum still due"),
    ("billed", "账单待还", "Billed"),
    ("instalment", "本期应还", "Instalment"),
    ("promised", "约定还款", "Promised"),
)

_ROWS = (
    MessageKind(
        Term(Kind.LOAN_DUE, "贷款到期提醒", "Loan instalment due"),
        Purpose.DUE_NOTICE,
        _P.LOAN_INSTALMENT_DUE,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        _COMMON | {"due", "inst"},
        (("inst", "instalment"),),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.CARD_DUE, "信用卡账单提醒", "Card bill due"),
        Purpose.DUE_NOTICE,
        _P.CARD_BILL_DUE,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        _COMMON | {"due", "month", "bill", "minp"},
        (("bill", "billed"), ("minp", "minimum_due")),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.DUE_TODAY, "今日到期", "Due today"),
        Purpose.DUE_NOTICE,
        _P.CARD_DUE_TODAY,
        _DISCLOSED,
        _COMMON | {"bill", "minp"},
        (("bill", "billed"), ("minp", "minimum_due")),
    ),
    MessageKind(
        Term(Kind.OVERDUE_GENTLE, "逾期温和提醒", "Gentle overdue reminder"),
        Purpose.COLLECTION,
        _P.OVERDUE,
        _DISCLOSED,
        _COMMON | {"since", "od"},
        (("od", "overdue"),),
        valid_days=2,
    ),
    MessageKind(
        Term(Kind.PROMISE_DUE, "承诺到期提醒", "Promise due"),
        Purpose.PLAN_NOTICE,
        _P.PROMISE_DUE,
        (_V.EXPLICIT, _V.CODE, _V.LINK, _V.NEUTRAL),
        _COMMON | {"pd", "pamt"},
        (("pamt", "promised"),),
    ),
    MessageKind(
        Term(Kind.PROMISE_BROKEN, "承诺未履约提醒", "Promise not kept"),
        Purpose.COLLECTION,
        _P.PROMISE_BROKEN,
        (_V.EXPLICIT, _V.CODE, _V.LINK, _V.NEUTRAL),
        _COMMON | {"pd", "pamt"},
        (("pamt", "promised"),),
        valid_days=2,
    ),
    MessageKind(
        Term(Kind.PLAN_DUE, "分期应还提醒", "Plan instalment due"),
        Purpose.PLAN_NOTICE,
        _P.PLAN_INSTALMENT_DUE,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        _COMMON | {"k", "n", "pi", "due"},
        (("pi", "instalment"),),
        valid_days=3,
    ),
    MessageKind(
        Term(Kind.PAYMENT_RECEIVED, "还款回执", "Payment received"),
        Purpose.RECEIPT,
        _P.PAYMENT_RECEIVED,
        (_V.REST_AGREED, _V.NOTHING_OVERDUE, _V.REST_OPEN),
        _COMMON | {"paid", "rest", "rdue"},
        (("rest", "promised"),),
        valid_days=2,
        priority=True,
    ),
    MessageKind(
        Term(Kind.MEDIATION_INVITATION, "调解邀请", "Mediation invitation"),
        Purpose.INVITE,
        _P.INVITATION_OPEN,
        (_V.EXPLICIT, _V.LINK, _V.NEUTRAL),
        _COMMON | {"org", "meeting"},
        valid_days=5,
    ),
    MessageKind(
        Term(Kind.NEGOTIATION_INVITATION, "协商邀请", "Negotiation invitation"),
        Purpose.INVITE,
        _P.INVITATION_OPEN,
        (_V.EXPLICIT, _V.NEUTRAL),
        _COMMON | {"meeting"},
        valid_days=5,
    ),
    MessageKind(
        Term(Kind.WRITTEN_CONFIRMATION, "书面确认", "Written confirmation"),
        Purpose.CORRECTION,
        _P.PROMISE_PENDING,
        (_V.ONE_PART, _V.MORE_PARTS),
        _COMMON | {"pd", "pamt", "rest", "rdue"},
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
            _COMMON | _TRUE_VARIABLES,
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

# What tells the truth of an account as it is at the instant of sending.
TELL_THE_TRUTH = frozenset({Kind.TOLD_CORRECTION, Kind.TOLD_CONFIRMATION})

KINDS: dict[str, MessageKind] = {row.code: row for row in _ROWS}
KIND_TERMS = TermList(*((row.term.code, row.term.zh, row.term.en) for row in _ROWS))

# Texts that say what is owed and ask for it: the neutral form claims nothing (银行卡规定 3(2)).
_DEMANDS = frozenset({Kind.OVERDUE_GENTLE, Kind.PROMISE_BROKEN})
_CLAIMS = frozenset({Variant.EXPLICIT, Variant.CODE, Variant.LINK})

# Only a number the customer left with the bank, or that was checked with them, may be told of a debt.
_OWN_PROVENANCES = frozenset({"on_file", "verified_change"})
_TRUSTED_QUALITIES = frozenset({"verified", "likely"})


def may_disclose(*, provenance: str, quality: str, relation: str) -> bool:
    """Return whether a text to such a number may name an account or an amount."""
    return relation == "self" and provenance in _OWN_PROVENANCES and quality in _TRUSTED_QUALITIES


def is_demand(*, kind: str, variant: str, provenance: str) -> bool:
    """Return whether a text that arrived at a number of that provenance interrupts limitation: a demand for the debt.

    The number must be the one the customer left with the bank, or changed with it (银行卡规定 3(2)).
    """
    return kind in _DEMANDS and variant in _CLAIMS and provenance in _OWN_PROVENANCES


def variants_by_preference(kind: MessageKind, *, disclose: bool, links: bool) -> list[Variant]:
    """Return the disclosing forms of a text that may be sent, the preferred one first; none if none may.

    Where links may be sent, the form with a link leads the customer straight to their page; where they may
    not, the typed code does. A number that may not be told of a debt gets the neutral form or nothing.
    """
    if not disclose:
        wanted: tuple[Variant, ...] = (Variant.NEUTRAL,)
    elif links:
        wanted = (Variant.LINK, Variant.EXPLICIT)
    else:
        wanted = (Variant.CODE, Variant.EXPLICIT)
    return [variant for variant in wanted if variant in kind.variants]
