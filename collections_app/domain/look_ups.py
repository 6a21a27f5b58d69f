"""Why somebody opened a record outside their own book, or looked for a customer."""

from collections_app.domain.terms import TermList

LOOK_UPS = TermList(
    ("call_in", "客户来电", "The customer is on the line"),
    ("complaint", "投诉处理", "Complaint"),
    ("counter", "客户在柜面", "The customer is at the counter"),
    ("review", "复核", "Review"),
    ("audit", "审计", "Audit"),
)
# A search in the administration has its purpose from where it is made: nobody chooses it.
ADMINISTRATION = "administration"
SEARCHES = TermList(
    *((term.code, term.zh, term.en) for term in LOOK_UPS.values()),
    (ADMINISTRATION, "系统管理", "Administration"),
)
