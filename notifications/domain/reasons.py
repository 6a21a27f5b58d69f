"""Why a message is where it is: the permits' reasons, and those of messages alone."""

from collections_app.domain.reasons import REASONS
from collections_app.domain.terms import Term, TermList

# No form of the message has a text in use. What is due waits for one, and is refused when that comes too late.
NO_TEMPLATE = "no_template"
# An error nobody foresaw came when it was judged. It is tried again while it is of use, and keeps back no other.
COULD_NOT_BE_JUDGED = "could_not_be_judged"
# What waits for the bank to mend something, and comes too late, is refused for that: so it is seen.
BANKS_OWN = frozenset({NO_TEMPLATE, COULD_NOT_BE_JUDGED})

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
    ("not_in_house", "账户已不在行内", "Account is no longer in house"),
    ("work_ended", "事项已办结", "The matter is closed"),
    ("owed_again", "又有欠款", "Something is owed again"),
    ("plan_ended", "分期已结束", "Plan has ended"),
    ("email_not_set_up", "未开通电子邮件", "E-mail is not set up"),
    ("letters_not_set_up", "未开通信函", "Letters are not set up"),
    ("app_not_set_up", "未开通 App 推送", "Pushes to the app are not set up"),
    ("channel_unreachable", "该渠道不可达，改走下一渠道", "Not reachable this way, goes by the next"),
    ("went_out_before", "此前一条已发出", "An earlier one went out after all"),
    ("lay_too_long", "信函搁置过久", "The letter lay too long"),
    ("not_posted", "信函未交邮", "The letter was not posted"),
    ("no_answer", "通道未答复，正在查证", "No answer, being checked"),
    ("customer_visited", "客户刚访问过还款页面", "The customer was just on the payment page"),
    ("no_such_provider", "通道不存在", "No such provider"),
    ("sandbox_in_production", "沙箱不可用于生产", "Sandbox in production"),
    (NO_TEMPLATE, "无可用模板", "No approved text"),
    (COULD_NOT_BE_JUDGED, "处理出错，已搁置，由技术人员查明", "Could not be judged, put off until that is mended"),
    ("text_not_registered", "模板未经通道审核", "Text not approved by the provider"),
    ("number_not_verified", "号码未核实，无隐去版", "Number not verified"),
    ("text_incomplete", "文本缺少内容", "Text incomplete"),
    ("provider_refused", "通道拒收", "Provider refused it"),
    ("provider_busy", "通道繁忙，稍后再试", "Provider busy, tried later"),
    ("halted", "已停发", "Halted"),
    ("paced", "通道限速，稍后再发", "Provider takes no more now"),
    ("sender_stopped", "通道已停", "Sender stopped"),
    ("stops_sender", "两次使通道停发，由人工处理", "It stopped its sender twice; a person looks"),
    ("gave_up", "多次未成，不再试", "Gave up"),
    ("lease_lost", "发送中断，正在查证", "Interrupted, being checked"),
    ("timeout", "通道未答复，正在查证", "No answer, being checked"),
    ("connection", "连接中断，正在查证", "Connection lost, being checked"),
    ("unreadable", "答复不可读，正在查证", "Answer unreadable, being checked"),
    ("crashed", "发送出错，正在查证", "Sending failed oddly, being checked"),
    ("never_taken", "查证：通道未收到", "Provider never took it"),
    ("undecided", "查无结果，待人工决定", "Nobody can say; a person decides"),
    ("left_alone", "人工决定不再发送", "Left alone by a person"),
    ("told_the_truth", "客户已获如实告知", "Told the truth meanwhile"),
    ("not_delivered", "未送达", "It did not arrive"),
)

_ALL: dict[str, Term] = {**REASONS, **MESSAGE_REASONS}


def reason_terms() -> dict[str, Term]:
    """Return every reason a message may have, by code."""
    return dict(_ALL)


def reason_text(code: str, language: str) -> str:
    """Return the words for a reason; a code nobody has words for stays as it is."""
    return _ALL[code].text(language) if code in _ALL else code
