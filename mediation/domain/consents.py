"""Who consents to talks, and how it was said."""

from collections.abc import Iterable

from collections_app.domain.terms import TermList

HOWS = TermList(
    ("page", "客户页面", "On the customer's page"),
    ("phone", "电话", "By telephone"),
    ("paper", "书面", "On paper"),
    ("session", "会议现场", "At the session"),
    ("system", "本系统提议", "By proposing it here"),
)
# What a member of staff may write down of a customer: the page speaks for itself, and the session's holder for theirs.
BY_STAFF = ("phone", "paper")

ORIGINS = TermList(
    ("collections", "催收发起", "From collections"),
    ("service", "客服转介", "From customer service"),
    ("customer", "客户本人申请", "At the customer's own request"),
)


def origin_of(department: str) -> str:
    """Return where talks come from that a department asked for."""
    return department if department in {"service", "customer"} else "collections"


def carries_consent(*, from_department: str, text: str, names: Iterable[str]) -> bool:
    """Return whether a wish for mediation was handed on with the customer's consent.

    The customer's own form asks for it; among staff it stands in a line of its own, under one of ``names``.
    """
    if from_department == "customer":
        return True
    starts = tuple(f"{name}{colon}" for name in names for colon in (":", "\uff1a"))
    return any(line.startswith(starts) for line in text.splitlines())
