"""The words by which replies are read."""

import json
from functools import cache
from pathlib import Path

from notifications.domain.replies import Intent, ReplyRule

_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "reply_rules.json"


@cache
def in_use() -> tuple[ReplyRule, ...]:
    """Return the rules, as shipped. Raise ValueError for an intent nobody knows."""
    rows = json.loads(_SHIPPED.read_text(encoding="utf-8"))["rows"]
    return tuple(
        ReplyRule(
            intent=Intent(row["intent"]),
            whole=tuple(row.get("whole", ())),
            first=tuple(row.get("first", ())),
            within=tuple(row.get("within", ())),
            unless=tuple(row.get("unless", ())),
            typos=row.get("typos", False),
        )
        for row in rows
    )
