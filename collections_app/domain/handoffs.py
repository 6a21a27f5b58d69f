"""Hand-offs between departments: kinds, where each goes and how long it may take (table E)."""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.staff import Department
from collections_app.domain.terms import TermList

HANDOFFS = TermList(
    ("callback", "预约回电", "Callback"),
    ("promise_redate", "改期申请", "Re-date a promise"),
    ("plan_request", "分期/协商申请", "Plan wanted"),
    ("waiver_request", "息费减免申请", "Waiver wanted"),
    ("payment_trace", "还款查账", "Payment not found"),
    ("payment_misapplied", "入账错误/挂账", "Misapplied payment"),
    ("dispute", "欠款异议", "Dispute"),
    ("fraud_claim", "盗刷/冒名", "Fraud claim"),
    ("complaint", "投诉", "Complaint"),
    ("hardship", "困难申请", "Hardship"),
    ("wrong_number", "号码有误", "Wrong number"),
    ("contact_change", "联系方式变更", "Contact change"),
    ("representative", "代理授权核验", "Power of attorney"),
    ("bereavement", "身故报告", "Bereavement"),
    ("credit_objection", "征信异议", "Credit-record objection"),
    ("document", "资料/证明", "Document"),
    ("mediation_request", "调解申请", "Mediation wanted"),
    ("legal_review", "法务评估", "Legal review"),
    ("data_rights", "个人信息请求", "Data-subject request"),
    ("risk_alert", "风险事件/紧急", "Urgent risk"),
    ("other", "其他", "Other"),
)


@dataclass(frozen=True, slots=True)
class HandOffRule:
    """Which department takes it, and the bank's deadline in minutes (domain/working_time.py counts them)."""

    to: Department
    minutes: int


_DAY = 24 * 60
RULES: dict[str, HandOffRule] = {
    "callback": HandOffRule(Department.COLLECTIONS, _DAY),
    "promise_redate": HandOffRule(Department.COLLECTIONS, 4 * 60),
    "plan_request": HandOffRule(Department.COLLECTIONS, 2 * _DAY),
    "waiver_request": HandOffRule(Department.COLLECTIONS, 2 * _DAY),
    "payment_trace": HandOffRule(Department.OPERATIONS, _DAY),
    "payment_misapplied": HandOffRule(Department.OPERATIONS, _DAY),
    "dispute": HandOffRule(Department.SERVICE, 5 * _DAY),
    "fraud_claim": HandOffRule(Department.OPERATIONS, 60),
    "complaint": HandOffRule(Department.COMPLIANCE, 15 * _DAY),
    "hardship": HandOffRule(Department.COLLECTIONS, 3 * _DAY),
    "wrong_number": HandOffRule(Department.SERVICE, _DAY),
    "contact_change": HandOffRule(Department.SERVICE, _DAY),
    "representative": HandOffRule(Department.LEGAL, 2 * _DAY),
    "bereavement": HandOffRule(Department.LEGAL, _DAY),
    "credit_objection": HandOffRule(Department.OPERATIONS, 20 * _DAY),
    "document": HandOffRule(Department.SERVICE, 3 * _DAY),
    "mediation_request": HandOffRule(Department.MEDIATION, 2 * _DAY),
    "legal_review": HandOffRule(Department.LEGAL, 5 * _DAY),
    "data_rights": HandOffRule(Department.COMPLIANCE, 15 * _DAY),
    "risk_alert": HandOffRule(Department.COLLECTIONS, 5),
    "other": HandOffRule(Department.SERVICE, 2 * _DAY),
}


class HandOffState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    WITHDRAWN = "withdrawn"


HANDOFF_STATES = TermList(
    ("open", "待受理", "Open"),
    ("accepted", "已受理", "Accepted"),
    ("returned", "退回", "Returned"),
    ("done", "已办结", "Done"),
    ("withdrawn", "已撤回", "Withdrawn"),
)

TRANSITIONS: dict[HandOffState, frozenset[HandOffState]] = {
    HandOffState.OPEN: frozenset(
        {HandOffState.ACCEPTED, HandOffState.RETURNED, HandOffState.DONE, HandOffState.WITHDRAWN}
    ),
    HandOffState.ACCEPTED: frozenset({HandOffState.RETURNED, HandOffState.DONE, HandOffState.WITHDRAWN}),
    HandOffState.RETURNED: frozenset({HandOffState.OPEN, HandOffState.WITHDRAWN}),
    HandOffState.DONE: frozenset(),
    HandOffState.WITHDRAWN: frozenset(),
}

STILL_OPEN = frozenset({HandOffState.OPEN, HandOffState.ACCEPTED, HandOffState.RETURNED})
