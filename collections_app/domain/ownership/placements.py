"""Placing with agencies: what tells the debtor first, what stops it, and what calls an account back."""

import re
from datetime import timedelta

from collections_app.domain.holds import HoldKind
from collections_app.domain.ownership.moving import Skip
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

# What stops a placement, and the refusal whoever places the account alone is given for it.
REFUSALS = {
    Skip.RECUSED: "recused_from_record",
    Skip.CLOSED: "account_not_in_house",
    Skip.PLACED: "account_not_in_house",
    Skip.NOT_OURS: "account_not_in_house",
    Skip.NOT_TOLD: "debtor_not_told",
    Skip.DAY_OVER: "placement_day_over",
    Skip.ON_THE_LINE: "line_taken",
    Skip.HELD: "hold_stops_placement",
}

_BETWEEN = re.compile(r"[\s,;，；、]*[\n\t,;，；、][\s,;，；、]*")


def pasted(text: str) -> list[str]:
    """Return the numbers of a pasted list, each once and in its order: one a line, or between commas or tabs."""
    found = (re.sub(r"[\s-]", "", part) for part in _BETWEEN.split(text.strip()))
    return list(dict.fromkeys(filter(None, found)))
