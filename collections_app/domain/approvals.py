"""Approvals: what one person asks for and another decides (four eyes)."""

from datetime import datetime, timedelta
from enum import StrEnum

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.staff import Role
from collections_app.domain.terms import TermList

# How long an approval waits for an answer (practice.md 1, row 11: policy).
WORKING_DAYS = 2

# The most a role may decide alone, in fen; who is not named decides any amount. The bank's own policy, with no other
# source: that there are such limits is practice.md 1, row 11, their size is not.
AUTHORITY_FEN: dict[str, int] = {Role.SUPERVISOR: 5_000_000}


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OVERTAKEN = "overtaken"


APPROVAL_STATES = TermList(
    ("pending", "待审批", "Waiting"),
    ("approved", "已批准", "Approved"),
    ("rejected", "已拒绝", "Rejected"),
    ("returned", "已退回", "Returned"),
    ("withdrawn", "已撤回", "Withdrawn"),
    ("expired", "已过期", "Expired"),
    ("overtaken", "已失效", "Overtaken"),
)

# What the person who decides may answer. Rejecting and returning need words.
VERDICTS = TermList(
    ("approved", "批准", "Approve"),
    ("returned", "退回修改", "Return"),
    ("rejected", "拒绝", "Reject"),
)


def has_authority(*, role: str, amount_fen: int | None) -> bool:
    """Return whether a role may decide on so much, in fen; a request without an amount asks for none."""
    most = AUTHORITY_FEN.get(role)
    return amount_fen is None or most is None or amount_fen <= most


def expires_at(*, asked_at: datetime, calendar: WorkCalendar) -> datetime:
    """Return when an approval asked for at a moment lapses: the same hour, two working days later.

    ``asked_at`` is in the asking branch's zone. Where the calendar does not reach, calendar days are counted: an
    approval that lapses early is asked for again, one that lapses late would be used after its time.
    """
    day = calendar.add_working_days(asked_at.date(), WORKING_DAYS)
    if day is None:
        return asked_at + timedelta(days=WORKING_DAYS)
    return datetime.combine(day, asked_at.timetz())
