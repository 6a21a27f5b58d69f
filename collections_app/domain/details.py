"""What the details of an alert or of a refused file are called where people read them."""

from collections_app.domain.intake import format as intake_format
from collections_app.domain.terms import TermList

DETAIL_NAMES = TermList(
    ("as_of", "数据日期", "Data of"),
    ("batch", "文件编号", "File no."),
    ("before", "原有账户", "Accounts before"),
    ("cause", "原因", "Cause"),
    ("climbed", "已升级提醒", "Told to a supervisor"),
    ("column", "列", "Column"),
    ("commonest", "最常见原因", "Commonest reason"),
    ("contradiction", "通道回执编号", "Receipt no."),
    ("country", "国家或地区", "Country"),
    ("days_180", "180天内届满（笔）", "Within 180 days"),
    ("days_30", "30天内届满（笔）", "Within 30 days"),
    ("days_90", "90天内届满（笔）", "Within 90 days"),
    ("error", "错误类型", "Kind of error"),
    ("events", "搁置的事件", "Events"),
    ("files", "未写出的文件", "Files not written"),
    ("first", "首个", "The first"),
    ("gateway", "支付渠道", "Gateway"),
    ("halts", "停发（项）", "Halts in force"),
    ("limit", "上限", "At most"),
    ("limit_percent", "上限（%）", "At most (%)"),
    ("line", "行", "Line"),
    ("lines", "行数", "Lines"),
    ("mediation", "调解编号", "Mediation no."),
    ("messages", "消息（条）", "Messages"),
    ("newest", "最近导入", "Newest taken in"),
    ("oldest", "最早可用", "Not older than"),
    ("overdue", "已超时", "Past their deadline"),
    ("over", "已届满（笔）", "Over"),
    ("payments", "支付笔数", "Payments"),
    ("plans", "还款安排（笔）", "Plans"),
    ("provider", "通道", "Sender"),
    ("reason", "原因", "Reason"),
    ("records", "档案数", "Records"),
    ("reference", "支付编号", "Payment"),
    ("rejected", "被拒行数", "Rejected"),
    ("texts", "模板（个）", "Texts"),
    ("told", "应有行数", "Rows it should have"),
    ("total", "总行数", "Rows"),
    ("tries", "尝试次数", "Tries"),
    ("vanished", "消失的账户", "Vanished"),
    ("verdict", "核对结果", "Verdict"),
    ("violations", "异常数", "Violations"),
    ("visits", "外访次数", "Visits"),
    ("years", "年份", "Years"),
)

# The values that are codes, by the detail's name; a code that stands in none of its lists is shown as it is.
DETAIL_VALUES = {
    "cause": TermList(
        ("no_mediator", "没有可用的调解员", "No mediator for it"),
        ("no_representative", "没有可代表银行的人员", "Nobody to speak for the bank"),
        ("no_room", "没有可用的会议室", "No room for it"),
        ("no_expert", "所需专家没有合适的空档", "No expert is free when the others are"),
        ("calendar_unknown", "工作日历未知", "The working calendar is unknown"),
        ("term_ends", "期限内已无共同空档，双方同意后可延长", "No hour left in the term; both sides may prolong it"),
        ("nobody_free", "近期无人有空档", "Nobody is free in the coming weeks"),
    ),
    "commonest": intake_format.ROW_REASONS,
    "provider": TermList(
        ("sandbox", "屏幕手机（演示通道）", "On-screen phone (demo)"),
        ("twilio", "Twilio", "Twilio"),
    ),
    "reason": TermList(
        *((term.code, term.zh, term.en) for term in intake_format.FILE_REASONS.values()),
        ("config", "通道配置有误", "The sender is not set up"),
        ("errors", "频繁出错", "It fails often"),
        ("slow", "过慢", "It is slow"),
        ("production", "演示通道不得用于生产环境", "The demo sender may not run in production"),
    ),
    "verdict": TermList(
        ("unknown_payment", "无此付款", "No such payment"),
        ("amount_differs", "金额不符", "The amount differs"),
        ("out_of_order", "与付款状态不符", "Does not follow from the payment's state"),
    ),
}


def value_text(name: str, value: object, language: str) -> str:
    """Return the value of a detail in a language, where it is a code; otherwise as it is."""
    known = DETAIL_VALUES.get(name)
    term = known.get(str(value)) if known else None
    return term.text(language) if term else str(value)
