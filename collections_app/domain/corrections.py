"""Which facts are corrected by a later fact, and who may say so."""

from datetime import datetime, timedelta

from collections_app.domain.terms import TermList

# So long whoever recorded a fact corrects it alone; after that a supervisor does (policy).
OWN_WITHIN = timedelta(hours=24)

SUBJECTS = TermList(
    ("call", "通话", "Call"),
    ("promise", "承诺还款", "Promise to pay"),
    ("hold", "停催", "Hold"),
)


def may_correct(*, is_own: bool, recorded_at: datetime, now: datetime, any_fact: bool) -> bool:
    """Return whether somebody may correct a fact: their own of the last day, or any when their role may."""
    return any_fact or (is_own and now - recorded_at <= OWN_WITHIN)
