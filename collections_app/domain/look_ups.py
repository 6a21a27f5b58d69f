"""Why somebody opened a record outside their own book."""

from collections_app.domain.terms import TermList

LOOK_UPS = TermList(
    ("call_in", "客户来电", "The customer is on the line"),
    ("complaint", "投诉处理", "Complaint"),
    ("counter", "客户在柜面", "The customer is at the counter"),
    ("review", "复核", "Review"),
    ("audit", "审计", "Audit"),
)
