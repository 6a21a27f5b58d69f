"""Risk to life: what a colleague has heard, when they press the red button."""

from collections_app.domain.terms import TermList

# The work that calls a supervisor, and the alert of a branch while anybody of it is at risk.
HANDOFF = "risk_alert"
ALERT = "risk_to_life"

DANGERS = TermList(
    ("self_harm", "客户可能轻生或自伤", "The customer may harm themself"),
    ("threat", "客户扬言伤害他人", "The customer threatens others"),
    ("threatened", "客户的人身安全受到威胁", "The customer is under threat"),
    ("unclear", "情况不明，但有人有危险", "Unclear, but somebody is in danger"),
)
