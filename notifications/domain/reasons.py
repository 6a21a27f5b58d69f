"""Why a message is where it is: the permits' reasons, and those of messages alone."""

from collections_app.domain.reasons import REASONS
from collections_app.domain.terms import Term, TermList

MESSAGE_REASONS = TermList(
    ("expired", "已过时限", "Too late to send"),
    ("paid", "已还款", "Paid"),
    ("nothing_overdue", "已无逾期", "Nothing overdue"),
    ("due_date_moved", "到期日已变", "Due date moved"),
    ("day_passed", "日期已过", "Day has passed"),
    ("account_closed", "账户已关闭", "Account closed"),
    ("payment_in_flight", "还款在途", "Payment on its way"),
    ("payment_reversed", "还款已冲正", "Payment reversed"),
    ("session_cancelled", "会议已取消", "Session cancelled"),
    ("promise_ended", "承诺已结束", "Promise has ended"),
    ("plan_ended", "分期已结束", "Plan has ended"),
    ("no_such_provider", "通道不存在", "No such provider"),
    ("sandbox_in_production", "沙箱不可用于生产", "Sandbox in production"),
    ("no_template", "无可用模板", "No approved text"),
    ("number_not_verified", "号码未核实，无隐去版", "Number not verified"),
    ("text_incomplete", "文本缺少内容", "Text incomplete"),
    ("provider_refused", "通道拒收", "Provider refused it"),
    ("provider_busy", "通道繁忙，稍后再试", "Provider busy, tried later"),
    ("sender_stopped", "通道已停", "Sender stopped"),
    ("gave_up", "多次未成，不再试", "Gave up"),
    ("lease_lost", "发送中断，正在查证", "Interrupted, being checked"),
    ("timeout", "通道未答复，正在查证", "No answer, being checked"),
    ("connection", "连接中断，正在查证", "Connection lost, being checked"),
    ("unreadable", "答复不可读，正在查证", "Answer unreadable, being checked"),
    ("crashed", "发送出错，正在查证", "Sending failed oddly, being checked"),
    ("never_taken", "查证：通道未收到", "Provider never took it"),
    ("told_the_truth", "客户已获如实告知", "Told the truth meanwhile"),
    ("not_delivered", "手机未收到", "Handset did not get it"),
)

_ALL: dict[str, Term] = {**REASONS, **MESSAGE_REASONS}


def reason_text(code: str, language: str) -> str:
    """Return the words for a reason; a code nobody has words for stays as it is."""
    return _ALL[code].text(language) if code in _ALL else code
