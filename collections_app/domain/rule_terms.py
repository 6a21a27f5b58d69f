"""The words for what rules of contact state."""

from collections_app.domain.terms import TermList

BASES = TermList(
    ("law", "法律法规", "law"),
    ("industry", "行业规则", "industry rule"),
    ("policy", "本行政策", "bank policy"),
)
COUNTS = TermList(
    ("attempts", "联系", "Contacts"),
    ("unanswered", "同一号码未接通", "Unanswered calls to one number"),
    ("effective", "有效通话", "Effective calls"),
)
CLOSES = TermList(
    ("class", "仅限所回复的一类短信", "Only the class of messages it answers"),
    ("channel", "整个渠道", "The whole channel"),
)
SCOPES = TermList(
    ("customer", "每位客户", "customer"),
    ("contact_point", "每个号码", "number"),
    ("account", "每个账户", "account"),
)
AFTERS = TermList(
    ("contact", "任何联系之后", "any contact"),
    ("conversation", "一次通话之后", "a conversation"),
)
