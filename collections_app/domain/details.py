"""What the details of an alert or of a refused file are called where people read them."""

from collections_app.domain.terms import TermList

DETAIL_NAMES = TermList(
    ("as_of", "数据日期", "Data of"),
    ("batch", "文件编号", "File no."),
    ("before", "原有账户", "Accounts before"),
    ("cause", "原因", "Cause"),
    ("column", "列", "Column"),
    ("commonest", "最常见原因", "Commonest reason"),
    ("contradiction", "通道回执编号", "Receipt no."),
    ("country", "国家或地区", "Country"),
    ("first", "首个", "The first"),
    ("limit", "上限", "At most"),
    ("limit_percent", "上限（%）", "At most (%)"),
    ("line", "行", "Line"),
    ("mediation", "调解编号", "Mediation no."),
    ("newest", "最近导入", "Newest taken in"),
    ("oldest", "最早可用", "Not older than"),
    ("payments", "支付笔数", "Payments"),
    ("provider", "通道", "Sender"),
    ("reason", "原因", "Reason"),
    ("reference", "支付编号", "Payment"),
    ("rejected", "被拒行数", "Rejected"),
    ("total", "总行数", "Rows"),
    ("tries", "尝试次数", "Tries"),
    ("vanished", "消失的账户", "Vanished"),
    ("verdict", "核对结果", "Verdict"),
    ("violations", "异常数", "Violations"),
    ("years", "年份", "Years"),
)
