"""The derived status of a record. Declared in order of precedence: the first that holds wins."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Status(StrEnum):
    DECEASED = "deceased"
    COURT = "court"
    BANKRUPT = "bankrupt"
    ASSIGNED = "assigned"
    FRAUD_CHECK = "fraud_check"
    DISPUTED = "disputed"
    IN_MEDIATION = "in_mediation"
    PLAN_ACTIVE = "plan_active"
    PLAN_LATE = "plan_late"
    HARDSHIP_REVIEW = "hardship_review"
    REPRESENTED = "represented"
    PAYMENT_PENDING = "payment_pending"
    PROMISE_ACTIVE = "promise_active"
    PROMISE_BROKEN = "promise_broken"
    CALLBACK_DUE = "callback_due"
    LOST = "lost"
    PLACED = "placed"
    TO_CONTACT = "to_contact"
    GRACE = "grace"
    CURRENT = "current"


STATUSES = TermList(
    ("deceased", "身故", "Deceased"),
    ("court", "司法程序中", "In court"),
    ("bankrupt", "破产程序中", "Bankruptcy"),
    ("assigned", "已转让", "Assigned"),
    ("fraud_check", "盗刷核查中", "Fraud check"),
    ("disputed", "争议核查中", "Disputed"),
    ("in_mediation", "调解中", "In mediation"),
    ("plan_active", "分期履行中", "Plan active"),
    ("plan_late", "分期宽限中", "Plan late"),
    ("hardship_review", "困难评估中", "Hardship review"),
    ("represented", "有代理人", "Represented"),
    ("payment_pending", "还款在途", "Payment pending"),
    ("promise_active", "承诺期内", "Promise active"),
    ("promise_broken", "承诺未履约", "Promise broken"),
    ("callback_due", "待回电", "Callback due"),
    ("lost", "失联", "Lost"),
    ("placed", "委外中", "Placed"),
    ("to_contact", "待联系", "To contact"),
    ("grace", "宽限期", "In grace"),
    ("current", "正常", "Current"),
)

PRECEDENCE = list(Status)
