"""A message's life: its states, which may follow which, and the rank of what a provider reports."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class MessageState(StrEnum):
    PLANNED = "planned"
    DUE = "due"
    DEFERRED = "deferred"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    FAILED_PERMANENT = "failed_permanent"
    FAILED_TRANSIENT = "failed_transient"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    CANCELLED = "cancelled"


MESSAGE_STATES = TermList(
    ("planned", "已计划", "Planned"),
    ("due", "待发送", "Due"),
    ("deferred", "已顺延", "Deferred"),
    ("claimed", "发送中", "Being sent"),
    ("accepted", "通道已受理", "Accepted by the provider"),
    ("refused", "未获许可", "Refused"),
    ("failed_permanent", "发送失败", "Failed"),
    ("failed_transient", "暂时失败", "Failed for now"),
    ("unknown", "结果待查", "Outcome unknown"),
    ("sent", "已发出", "Sent"),
    ("delivered", "已送达", "Delivered"),
    ("undelivered", "未送达", "Not delivered"),
    ("cancelled", "已取消", "Cancelled"),
)

_S = MessageState
_WAITING_ENDS = frozenset({_S.CLAIMED, _S.CANCELLED, _S.REFUSED, _S.DEFERRED})
# A receipt may overtake the answer to the call that caused it.
_RECEIPTS = frozenset({_S.SENT, _S.DELIVERED, _S.UNDELIVERED})
# What was handed over once and held for not taken may be proven to be with the provider after all, however late: it is
# believed, wherever the message is by then, before it goes out a second time.
_PROOF = _RECEIPTS | {_S.ACCEPTED}
TRANSITIONS: dict[MessageState, frozenset[MessageState]] = {
    _S.PLANNED: _WAITING_ENDS | {_S.DUE},
    _S.DUE: _WAITING_ENDS | _PROOF,
    _S.DEFERRED: (_WAITING_ENDS - {_S.DEFERRED}) | {_S.DUE} | _PROOF,
    # `due` again: the provider surely took nothing (connection refused, sender stopped before the call).
    _S.CLAIMED: _PROOF | {_S.FAILED_PERMANENT, _S.FAILED_TRANSIENT, _S.UNKNOWN, _S.DUE},
    _S.ACCEPTED: _RECEIPTS,
    _S.REFUSED: _PROOF,
    _S.FAILED_PERMANENT: _PROOF,
    _S.FAILED_TRANSIENT: _WAITING_ENDS | _PROOF | {_S.FAILED_PERMANENT},
    # Only after the provider's own list shows that it took nothing may the message be sent again.
    _S.UNKNOWN: _PROOF | {_S.FAILED_PERMANENT, _S.DUE},
    _S.SENT: frozenset({_S.DELIVERED, _S.UNDELIVERED}),
    _S.DELIVERED: frozenset(),
    _S.UNDELIVERED: frozenset(),
    _S.CANCELLED: _PROOF,
}

# What a worker may pick up when its time has come.
WAITING = frozenset({_S.PLANNED, _S.DUE, _S.DEFERRED, _S.FAILED_TRANSIENT})
# What the customer may have on their phone, now or soon.
GONE_OUT = frozenset({_S.CLAIMED, _S.ACCEPTED, _S.UNKNOWN, _S.SENT, _S.DELIVERED})

# Facts T-20 to T-23: what a provider reports, how far along it is, and what it makes of the message.
_REPORTS: dict[str, tuple[int, MessageState]] = {
    "scheduled": (0, _S.ACCEPTED),
    "accepted": (10, _S.ACCEPTED),
    "queued": (20, _S.ACCEPTED),
    "sending": (30, _S.ACCEPTED),
    "sent": (40, _S.SENT),
    "delivered": (90, _S.DELIVERED),
    "undelivered": (90, _S.UNDELIVERED),
    "failed": (90, _S.UNDELIVERED),
    "canceled": (90, _S.UNDELIVERED),
    "read": (100, _S.DELIVERED),
}
TERMINAL_RANK = 90


def rank(report: str) -> int:
    """Return how far along a reported status is; a status nobody knows ranks below all others."""
    return _REPORTS[report][0] if report in _REPORTS else -1


def state_reported(report: str) -> MessageState | None:
    """Return what a reported status makes of a message, or None for a status nobody knows."""
    return _REPORTS[report][1] if report in _REPORTS else None


def may_follow(old: str, new: str) -> bool:
    """Return whether a message may go from one state to the other."""
    return MessageState(new) in TRANSITIONS[MessageState(old)]
