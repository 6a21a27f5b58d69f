"""Machine clients: their kinds, and what a client of each kind may ask for at the most."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.terms import TermList


class ClientKind(StrEnum):
    DIALLER = "dialler"
    VOICE_ROBOT = "voice_robot"
    AGENCY = "agency"
    LETTERS = "letters"
    VISITS = "visits"
    TELEPHONY = "telephony"


MACHINE_KINDS = TermList(
    ("dialler", "外呼系统", "Dialler"),
    ("voice_robot", "语音机器人", "Voice robot"),
    ("agency", "委外机构", "Agency"),
    ("letters", "信函系统", "Letter system"),
    ("visits", "外访系统", "Field visits"),
    ("telephony", "电话系统", "Telephone system"),
)


class MachineScope(StrEnum):
    REQUEST = "permits.request"
    SETTLE = "permits.settle"
    NUMBERS = "permits.numbers"
    EVENTS = "telephony.events"


MACHINE_SCOPES = TermList(
    ("permits.request", "申请触达许可", "Ask for permits"),
    ("permits.settle", "回报触达结果", "Report what became of them"),
    ("permits.numbers", "读取拨打号码", "Read the number to dial"),
    ("telephony.events", "上报电话事件", "Report telephone calls"),
)

# What a machine asks for, request by request.
MACHINE_ACTIONS = TermList(
    ("token", "换取令牌", "Get a token"),
    ("permit", "申请许可", "Ask for a permit"),
    ("permit.bulk", "批量申请许可", "Ask for many permits"),
    ("permit.look", "查询许可", "Look at a permit"),
    ("permit.outcome", "回报结果", "Report an outcome"),
    ("telephony.event", "上报电话事件", "Report a telephone call"),
)


@dataclass(frozen=True, slots=True)
class KindLimits:
    """The most a client of a kind may be given."""

    channels: frozenset[Channel]
    purposes: frozenset[Purpose]
    scopes: frozenset[MachineScope]


_ASKS = frozenset({MachineScope.REQUEST, MachineScope.SETTLE, MachineScope.NUMBERS})
# Nothing that caps and hours let pass: codes, receipts, security alerts and corrections are OneCase's own to send.
_NOTICES = frozenset({Purpose.DUE_NOTICE, Purpose.PLAN_NOTICE, Purpose.SERVICE_NOTICE})
_COLLECTS = frozenset({Purpose.COLLECTION, Purpose.THIRD_PARTY})
_LAW = frozenset({Purpose.STATUTORY, Purpose.LIMITATION})
LIMITS: dict[ClientKind, KindLimits] = {
    ClientKind.DIALLER: KindLimits(frozenset({Channel.VOICE}), _COLLECTS | _NOTICES, _ASKS),
    ClientKind.VOICE_ROBOT: KindLimits(frozenset({Channel.VOICE}), _COLLECTS | _NOTICES, _ASKS),
    ClientKind.AGENCY: KindLimits(
        frozenset({Channel.VOICE, Channel.SMS, Channel.LETTER, Channel.VISIT}), _COLLECTS, _ASKS
    ),
    ClientKind.LETTERS: KindLimits(
        frozenset({Channel.LETTER}), frozenset({Purpose.COLLECTION}) | _NOTICES | _LAW, _ASKS
    ),
    ClientKind.VISITS: KindLimits(frozenset({Channel.VISIT}), frozenset({Purpose.COLLECTION}) | _LAW, _ASKS),
    ClientKind.TELEPHONY: KindLimits(frozenset(), frozenset(), frozenset({MachineScope.EVENTS})),
}

TOKEN_LIVES = timedelta(minutes=10)
# After a new secret is made the one before still opens for so long, so that nobody has to change it in one instant.
OLD_SECRET_LIVES = timedelta(hours=24)
# So many refused tries to get a token, from one address within this time, close the door to that address.
TRIES_WINDOW = timedelta(minutes=15)
MOST_REFUSED_TRIES = 10
RATE_WINDOW = timedelta(minutes=1)


def digest(secret: str) -> str:
    """Return the hash a secret or a token is kept as.

    Both are 256 random bits made here, never somebody's choice: no slow hash is needed against guessing.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def beyond_limits(*, kind: str, channels: Iterable[str], scopes: Iterable[str]) -> set[str]:
    """Return the channels and scopes that a client of this kind may not be given."""
    limits = LIMITS[ClientKind(kind)]
    return (set(channels) - set(limits.channels)) | (set(scopes) - set(limits.scopes))


def may_ask(*, kind: str, channels: Iterable[str], channel: str, purpose: str) -> bool:
    """Return whether a client may ask for a contact by this channel for this purpose at all."""
    limits = LIMITS[ClientKind(kind)]
    return channel in set(channels) & set(limits.channels) and purpose in limits.purposes
