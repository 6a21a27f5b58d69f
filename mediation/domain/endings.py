"""How a mediation or negotiation ends (table G), and what each ending brings with it."""

from enum import StrEnum

from collections_app.domain.terms import TermList
from mediation.domain.kinds import Kind


class Ending(StrEnum):
    AGREED = "agreed"
    PARTIAL = "partial"
    SETTLED_WITHDRAWN = "settled_withdrawn"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    GAP = "gap"
    EXPIRED = "expired"
    REFUSED_SIGNATURE = "refused_signature"
    FALSE_SUSPECTED = "false_suspected"
    WITHDRAWN = "withdrawn"
    ABSENT = "absent"
    UNSUITABLE = "unsuitable"
    NO_CONSENT = "no_consent"


ENDINGS = TermList(
    ("agreed", "达成调解协议", "Agreement"),
    ("partial", "部分达成", "Part agreed"),
    ("settled_withdrawn", "自行和解，撤回申请", "Settled, withdrawn"),
    ("unreachable", "期限内无法联系当事人", "Party unreachable"),
    ("refused", "一方明确不愿（继续）调解", "Refused"),
    ("gap", "分歧较大，难以达成", "Gap too wide"),
    ("expired", "期满未达成且未合意延长", "Term over"),
    ("refused_signature", "拒绝签署协议", "Refused to sign"),
    ("false_suspected", "涉嫌虚假调解，中止报告", "Suspected sham"),
    ("withdrawn", "申请人撤回", "Withdrawn"),
    ("absent", "无正当理由缺席（两次）", "Absent twice"),
    ("unsuitable", "不适宜调解，退回", "Unsuitable"),
    ("no_consent", "对方不同意，未启动", "Never started"),
)

# The bank's own talks end in a repayment agreement, never in a mediation agreement; the words must not mix.
NEGOTIATION_ENDINGS = TermList(
    ("agreed", "达成还款协议", "Repayment agreement"),
    ("partial", "部分达成", "Part agreed"),
    ("settled_withdrawn", "自行结清，终止协商", "Settled, ended"),
    ("unreachable", "无法联系客户", "Customer unreachable"),
    ("refused", "客户明确不愿（继续）协商", "Refused"),
    ("gap", "分歧较大，难以达成", "Gap too wide"),
    ("expired", "期满未达成", "Term over"),
    ("refused_signature", "拒绝签署协议", "Refused to sign"),
    ("withdrawn", "本行撤回", "Withdrawn"),
    ("absent", "无正当理由缺席（两次）", "Absent twice"),
    ("unsuitable", "不适宜协商", "Unsuitable"),
    ("no_consent", "客户不同意，未启动", "Never started"),
)

# These bring an agreement with instalments; every other ending gives collection its way back.
WITH_AGREEMENT = frozenset({Ending.AGREED, Ending.PARTIAL})

# Recorded by the machine or before a session, never picked by the person who holds one.
_NOT_AT_A_SESSION = frozenset({Ending.EXPIRED, Ending.NO_CONSENT, Ending.ABSENT})


def terms_for(kind: str) -> TermList:
    """Return the endings of that kind of talks, in its own words."""
    return ENDINGS if kind == Kind.MEDIATION else NEGOTIATION_ENDINGS


def at_a_session(kind: str) -> list[str]:
    """Return the codes that whoever holds a session of that kind may pick, in the order offered."""
    return [code for code in terms_for(kind) if code not in _NOT_AT_A_SESSION]


def brings_agreement(ending: str) -> bool:
    """Return whether the ending carries signed terms with instalments."""
    return ending in WITH_AGREEMENT
