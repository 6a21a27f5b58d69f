"""Orders of a worklist: the column a view goes by, and the reason people read."""

from collections_app.domain.terms import TermList

ORDERS = TermList(
    ("priority", "按优先级", "by priority"),
    ("amount", "按逾期金额", "by overdue amount"),
    ("waiting", "按下一步时间", "by time of the next step"),
)
