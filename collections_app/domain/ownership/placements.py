"""Placing with agencies: what tells the debtor first, and what calls an account back."""

from datetime import timedelta

from collections_app.domain.holds import HoldKind
from collections_app.domain.terms import TermList

# By what the debtor was told of the placement.
NOTICE_CHANNELS = TermList(
    ("letter", "信函", "Letter"),
    ("sms", "短信", "Text message"),
    ("app", "手机银行消息", "Message in the app"),
    ("email", "电子邮件", "E-mail"),
    ("phone", "录音电话", "Recorded call"),
)
# A notice given longer ago is stale: the debtor is told anew before another placement.
NOTICE_LASTS = timedelta(days=180)

RECALL_REASONS = TermList(
    ("by_hand", "人工收回", "Called back by hand"),
    ("hold", "停催收回", "Called back by a hold"),
    ("over", "委案到期", "The time of the placement was over"),
    ("closed", "核心已销户", "Closed in the core"),
    ("recused", "机构被投诉回避", "The agency is complained of"),
)

# What an agency's own work brings about does not take the account from it: its permits wait, that is all. Nor does
# what concerns one number or channel.
KEEPS_PLACEMENT = frozenset(
    {
        HoldKind.PROMISE_PENDING,
        HoldKind.PAYMENT_PENDING,
        HoldKind.CHANNEL_STOP,
        HoldKind.NUMBER_BAD,
        HoldKind.PLACED,
    }
)
