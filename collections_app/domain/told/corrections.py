"""Whether the bank corrects what it told by itself, or proposes it to a colleague: a setting of each branch."""

from collections_app.domain.terms import TermList

TOLD_CORRECTIONS = TermList(
    ("propose", "由同事发送", "A colleague sends them"), ("send", "自动发送", "Sent by themselves")
)
