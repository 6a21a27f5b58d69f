"""What staff must see until it is resolved."""

from collections_app.domain.terms import TermList

ALERT_KINDS = TermList(
    ("intake_failed", "数据文件导入失败", "The nightly file was not taken in"),
    ("intake_missing", "数据文件未到", "The nightly file has not arrived"),
    ("incident", "应急停催", "Incident: collection is stopped"),
    ("risk_to_life", "人身风险", "Risk to life"),
    ("handoff_late", "转办临近或超过时限", "Hand-offs near or past their deadline"),
    ("sender_stopped", "短信通道中断", "Messages are not going out"),
    ("sends_unknown", "短信结果不明", "Messages with an unknown result"),
    ("calendar_unknown", "工作日历未知", "The working calendar is unknown"),
    ("calendar_ending", "工作日历即将到期", "The working calendar ends soon"),
    ("rules_missing", "联系规则未生效", "No contact rules in force"),
    ("payment_mismatch", "支付通知不符", "A payment notification does not match"),
    ("paid_closed_account", "已结清账户收到还款", "Money arrived for a closed account"),
    ("payment_notice_missing", "支付通知未到", "A payment notification is missing"),
    ("gateway_silent", "支付渠道无应答", "The payment gateway does not answer"),
    ("ledger_broken", "事件链校验失败", "The event log does not verify"),
    ("limitation_ending", "诉讼时效将届满", "Limitation ends soon"),
    ("guarantee_ending", "保证期间将届满", "A guarantee period ends soon"),
    ("mediation_unscheduled", "调解未能排期", "A mediation could not be scheduled"),
)
