"""The line: a conversation is a lease on it, kept by heartbeats, given back by silence.

Nothing is promised beyond the lease: what reads the line goes by ``lease_until`` and the clock, so a browser that
crashed, a laptop that sleeps and a server that was restarted free it without anybody's doing.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList

# The line is held so long after the last heartbeat. Pages send one every fifteen seconds.
LEASE = timedelta(seconds=120)
# The clocks of two hosts differ by no more. A heartbeat that comes later than the lease less this is too late: a
# host whose clock is ahead may already have given the line to somebody else.
SKEW = timedelta(seconds=30)
# Whoever lost the line to silence may take it back so long: the customer may still be on the telephone.
RESUME_WITHIN = timedelta(minutes=10)
# A colleague who asks for the call waits so long for an answer.
ASKED_FOR = timedelta(minutes=2)


class TransferKind(StrEnum):
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"


class TransferState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LAPSED = "lapsed"


TRANSFER_KINDS = TermList(
    ("hand_over", "请求移交", "Handed over on request"),
    ("take_over", "主管接管", "Taken over by a supervisor"),
)
TRANSFER_STATES = TermList(
    ("pending", "待答复", "Waiting"),
    ("accepted", "已移交", "Handed over"),
    ("refused", "已拒绝", "Refused"),
    ("lapsed", "已失效", "Lapsed"),
)


def lease_from(now: datetime) -> datetime:
    """Return until when a heartbeat of this instant holds the line."""
    return now + LEASE


def renewable_after(now: datetime) -> datetime:
    """Return the end that a lease must still lie beyond for a heartbeat of this instant to renew it."""
    return now + SKEW
