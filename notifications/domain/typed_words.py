"""The one field a colleague may type into a message: what it may not say, beyond what no text may say."""

import re

from notifications.domain.kinds import KINDS, Variant
from notifications.domain.template_lint import problems

MOST_SIGNS = {"words": 60, "agency": 30, "assignee": 40}
# An amount that is typed is remembered by nobody as told: what is owed is told by the kinds that read the record.
_AMOUNT = re.compile(r"\d[\d,.]*\s*(?:元|块|万|千|CNY|RMB|yuan|dollars?)|[¥￥$€£]\s*\d", re.IGNORECASE)
_BRACES = re.compile(r"[{}\n\r]")


def typed_problems(*, kind: str, body: str, typed: str) -> list[str]:
    """Return the codes of what is wrong with a typed field in the text of a kind; an empty list means none.

    ``body`` is the approved text the field is put into.
    """
    field = KINDS[kind].typed
    words = typed.strip()
    found = []
    if not words:
        found.append("nothing_typed")
    if len(words) > MOST_SIGNS.get(field, 0):
        found.append("too_long")
    if _BRACES.search(words):
        return [*found, "unknown_variable"]
    if _AMOUNT.search(words):
        found.append("names_an_amount")
    filled = body.replace("{" + field + "}", words)
    before = set(problems(kind=kind, variant=Variant.EXPLICIT, body=body))
    return found + [code for code in problems(kind=kind, variant=Variant.EXPLICIT, body=filled) if code not in before]
