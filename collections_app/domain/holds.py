"""Holds: what stops, what goes on, and when each ends (the bank's table D).

An effect says what a hold does to a contact of some purpose: ``stop`` refuses it, ``pass`` lets it go
on, ``approve`` lets it go on only with an approval on file.
"""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.purposes import Purpose
from collections_app.domain.statuses import Status
from collections_app.domain.terms import TermList


class HoldKind(StrEnum):
    PROMISE_PENDING = "promise_pending"
    PAYMENT_PENDING = "payment_pending"
    AGREEMENT_ACTIVE = "agreement_active"
    NEGOTIATING = "negotiating"
    IN_MEDIATION = "in_mediation"
    DISPUTE = "dispute"
    FRAUD_CLAIM = "fraud_claim"
    COMPLAINT_CONDUCT = "complaint_conduct"
    HARDSHIP = "hardship"
    ILLNESS = "illness"
    DECEASED = "deceased"
    MINOR_INCAPABLE = "minor_incapable"
    DETAINED = "detained"
    DISASTER = "disaster"
    BANKRUPTCY = "bankruptcy"
    REPRESENTED = "represented"
    CHANNEL_STOP = "channel_stop"
    NUMBER_BAD = "number_bad"
    LITIGATION = "litigation"
    PLACED = "placed"
    ASSIGNED = "assigned"
    REGULATOR = "regulator"
    RISK_TO_LIFE = "risk_to_life"
    BREATHING_SPACE = "breathing_space"


HOLDS = TermList(
    ("promise_pending", "承诺期内", "Promise pending"),
    ("payment_pending", "还款在途待核", "Payment pending"),
    ("agreement_active", "协议履行中", "Agreement in force"),
    ("negotiating", "协商中", "Negotiating"),
    ("in_mediation", "调解中", "In mediation"),
    ("dispute", "争议核查", "Dispute"),
    ("fraud_claim", "盗刷/冒名核查", "Fraud claim"),
    ("complaint_conduct", "催收行为投诉", "Conduct complaint"),
    ("hardship", "困难评估", "Hardship"),
    ("illness", "重病/失能", "Serious illness"),
    ("deceased", "身故", "Death"),
    ("minor_incapable", "未成年/无行为能力", "Minor or incapable"),
    ("detained", "羁押/服刑", "Detained"),
    ("disaster", "灾害/疫情纾困", "Disaster relief"),
    ("bankruptcy", "个人破产程序", "Bankruptcy"),
    ("represented", "已委托代理人", "Represented"),
    ("channel_stop", "拒绝该渠道", "Channel opt-out"),
    ("number_bad", "号码无效/非本人", "Bad number"),
    ("litigation", "诉讼/执行中", "Litigation"),
    ("placed", "委外中", "Placed with agency"),
    ("assigned", "已转让", "Assigned"),
    ("regulator", "监管/有权机关要求", "Authority's order"),
    ("risk_to_life", "人身风险", "Risk to life"),
    ("breathing_space", "喘息期", "Breathing space"),
)


class Effect(StrEnum):
    STOP = "stop"
    PASS = "pass"  # noqa: S105 (an effect, not a password)
    APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class HoldRule:
    """The scope of one kind of hold, its effect by group of purposes, and its default length.

    ``days`` are days of the calendar; ``working_days`` are the bank's, and their last one counts whole.
    """

    scope: str
    collect: Effect
    notice: Effect
    statutory: Effect
    receipt: Effect
    days: int | None
    status: Status | None
    by_hand: bool
    working_days: int | None = None


_S, _P, _A = Effect.STOP, Effect.PASS, Effect.APPROVE

RULES: dict[HoldKind, HoldRule] = {
    HoldKind.PROMISE_PENDING: HoldRule("account", _S, _P, _P, _P, None, Status.PROMISE_ACTIVE, by_hand=False),
    HoldKind.PAYMENT_PENDING: HoldRule(
        "account", _S, _S, _P, _P, None, Status.PAYMENT_PENDING, by_hand=False, working_days=3
    ),
    HoldKind.AGREEMENT_ACTIVE: HoldRule("account", _S, _P, _A, _P, None, Status.PLAN_ACTIVE, by_hand=False),
    HoldKind.NEGOTIATING: HoldRule("account", _S, _P, _A, _P, 15, None, by_hand=True),
    HoldKind.IN_MEDIATION: HoldRule("account", _S, _P, _P, _P, None, Status.IN_MEDIATION, by_hand=False),
    HoldKind.DISPUTE: HoldRule("account", _S, _P, _A, _P, None, Status.DISPUTED, by_hand=True),
    HoldKind.FRAUD_CLAIM: HoldRule("account", _S, _S, _A, _P, None, Status.FRAUD_CHECK, by_hand=True),
    HoldKind.COMPLAINT_CONDUCT: HoldRule("customer", _S, _P, _P, _P, None, None, by_hand=True),
    HoldKind.HARDSHIP: HoldRule("customer", _S, _P, _A, _P, 15, Status.HARDSHIP_REVIEW, by_hand=True),
    HoldKind.ILLNESS: HoldRule("customer", _S, _S, _A, _P, 30, None, by_hand=True),
    HoldKind.DECEASED: HoldRule("customer", _S, _S, _A, _S, None, Status.DECEASED, by_hand=True),
    HoldKind.MINOR_INCAPABLE: HoldRule("customer", _S, _S, _S, _S, None, None, by_hand=True),
    HoldKind.DETAINED: HoldRule("customer", _S, _S, _A, _P, None, None, by_hand=True),
    HoldKind.DISASTER: HoldRule("customer", _S, _P, _P, _P, 90, None, by_hand=True),
    HoldKind.BANKRUPTCY: HoldRule("customer", _S, _S, _A, _P, None, Status.BANKRUPT, by_hand=True),
    HoldKind.REPRESENTED: HoldRule("customer", _S, _P, _P, _P, None, Status.REPRESENTED, by_hand=True),
    HoldKind.CHANNEL_STOP: HoldRule("channel", _S, _S, _P, _P, None, None, by_hand=True),
    HoldKind.NUMBER_BAD: HoldRule("contact_point", _S, _S, _S, _S, None, None, by_hand=False),
    HoldKind.LITIGATION: HoldRule("account", _S, _S, _P, _P, None, Status.COURT, by_hand=True),
    HoldKind.PLACED: HoldRule("account", _S, _P, _P, _P, None, Status.PLACED, by_hand=False),
    HoldKind.ASSIGNED: HoldRule("account", _S, _S, _S, _S, None, Status.ASSIGNED, by_hand=True),
    HoldKind.REGULATOR: HoldRule("customer", _S, _A, _A, _P, None, None, by_hand=True),
    HoldKind.RISK_TO_LIFE: HoldRule("customer", _S, _S, _A, _P, None, None, by_hand=True),
    HoldKind.BREATHING_SPACE: HoldRule("customer", _S, _S, _A, _P, 60, None, by_hand=True),
}

_NOTICES = frozenset({Purpose.DUE_NOTICE, Purpose.PLAN_NOTICE, Purpose.SERVICE_NOTICE, Purpose.INVITE})
_STATUTORY = frozenset({Purpose.STATUTORY, Purpose.LIMITATION})
_RECEIPTS = frozenset({Purpose.RECEIPT, Purpose.OTP, Purpose.SECURITY, Purpose.CORRECTION})


def effect(kind: str, purpose: str) -> Effect:
    """Return what a hold of this kind does to a contact of this purpose."""
    rule = RULES[HoldKind(kind)]
    purpose = Purpose(purpose)
    if purpose in _RECEIPTS:
        return rule.receipt
    if purpose in _STATUTORY:
        return rule.statutory
    if purpose in _NOTICES:
        return rule.notice
    return rule.collect


def placed_by_hand() -> list[HoldKind]:
    """Return the kinds a person may place; the others come with a promise, a claim or an agreement."""
    return [kind for kind, rule in RULES.items() if rule.by_hand]
