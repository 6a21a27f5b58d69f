"""Next steps and worklist queues, in both languages."""

from collections_app.domain.terms import TermList

NEXT_STEPS = TermList(
    ("call", "电话联系", "Call"),
    ("call_back", "按约回电", "Call back"),
    ("find_contact", "核实联系方式", "Find a contact"),
    ("await_promise", "等待承诺到期", "Wait for the promise"),
    ("check_posting", "核对入账", "Check posting"),
    ("await_instalment", "等待分期到期", "Wait for the instalment"),
    ("trace_account", "核实账户去向", "Find out where the account went"),
    ("await_hold", "等待停催解除", "Wait for the hold"),
)

QUEUES = TermList(
    ("promise_due", "今日到期承诺", "Promises due today"),
    ("promise_broken", "承诺未履约", "Broken promises"),
    ("callback", "待回电", "Callbacks"),
    ("to_contact", "待联系", "To contact"),
    ("promise_pending", "承诺期内", "Promises pending"),
    ("payment_pending", "还款在途", "Payments pending"),
    ("plan", "分期履行中", "Plans"),
    ("mediation", "调解中", "In mediation"),
    ("lost", "失联", "Lost"),
    ("on_hold", "停催中", "On hold"),
    ("to_close", "待出催", "To close"),
)

PRIORITY_REASONS = TermList(
    ("stage", "逾期阶段", "Stage"),
    ("amount", "逾期金额", "Overdue amount"),
    ("promise_broken", "承诺未履约", "Broken promise"),
    ("promise_today", "今日到期承诺", "Promise due today"),
)
