"""A video room: who sits in it, who waits, and between whom words and pictures pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList

# Each sends to each: more than six would ask too much of a telephone and its line.
MOST_ADMITTED = 6
# So long before the hour the waiting room takes people in.
EARLY = timedelta(minutes=30)
# So long a signal is of use: whoever was away longer begins again.
SIGNAL_LASTS = timedelta(minutes=2)
# Somebody who has not been heard of for so long has lost the connection.
SILENT_AFTER = timedelta(seconds=12)
LONGEST_WORDS = 1000
# A description of a connection is some kilobytes; nothing else is passed on.
LONGEST_SIGNAL = 60_000


class SeatKind(StrEnum):
    MEDIATOR = "mediator"
    REPRESENTATIVE = "representative"
    PANEL = "panel"
    CUSTOMER = "customer"


class SeatState(StrEnum):
    WAITING = "waiting"
    CHECKING = "checking"
    ADMITTED = "admitted"
    REMOVED = "removed"


SEAT_KINDS = TermList(
    ("mediator", "调解员", "Mediator"),
    ("representative", "本行代表", "The bank's representative"),
    ("panel", "调解组成员", "Member of the panel"),
    ("customer", "客户", "Customer"),
)

SEAT_STATES = TermList(
    ("waiting", "等候中", "Waiting"),
    ("checking", "核对身份中", "Identity being checked"),
    ("admitted", "已进入", "In the room"),
    ("removed", "已请出", "Sent out"),
)

SIGNAL_KINDS = TermList(
    ("offer", "连接提议", "Offer of a connection"),
    ("answer", "连接应答", "Answer to an offer"),
    ("candidates", "网络地址", "Network addresses"),
    ("again", "请求重新连接", "Asks to connect again"),
    ("wish", "希望接收的画质", "Wish for a quality"),
    ("shows", "麦克风与画面状态", "What is sent: sound, picture, screen"),
)

# What the mediator compares with the person in front of the camera or at the table (M-13).
IDENTITY_DOCUMENTS = TermList(
    ("id_card", "居民身份证", "Identity card"),
    ("passport", "护照", "Passport"),
    ("permit", "港澳台居民居住证或通行证", "Permit of residents of Hong Kong, Macao and Taiwan"),
    ("mandate", "营业执照与授权委托书", "Business licence and power of attorney"),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in a room. The host is whoever holds the session."""

    id: int
    kind: str
    state: str
    host: bool


def linked(one: Seat, other: Seat, *, private_with: int | None = None) -> bool:
    """Return whether sound, picture and signals pass between two seats.

    All who are admitted see each other. Whoever's identity is being checked sees the host alone. During a private
    talk those inside see each other, and nobody else sees anybody.
    """
    if one.id == other.id:
        return False
    if one.state == other.state == SeatState.ADMITTED:
        return private_with is None or (inside(one, private_with) and inside(other, private_with))
    if {one.state, other.state} == {SeatState.ADMITTED, SeatState.CHECKING}:
        inner = one if one.state == SeatState.ADMITTED else other
        return inner.host and private_with is None
    return False


def inside(seat: Seat, private_with: int) -> bool:
    """Return whether a seat takes part in the private talk with a party: that party, the host and the panel."""
    return seat.host or seat.kind == SeatKind.PANEL or seat.id == private_with


def may_be_spoken_with_alone(seat: Seat) -> bool:
    """Return whether the host may take this seat aside: an admitted party."""
    return seat.state == SeatState.ADMITTED and not seat.host and seat.kind in {SeatKind.REPRESENTATIVE, "customer"}


def reads(seat: Seat, *, said_aside_with: int | None) -> bool:
    """Return whether a seat reads what was said to all, or aside with a party."""
    if seat.state != SeatState.ADMITTED:
        return False
    return said_aside_with is None or inside(seat, said_aside_with)


def may_come(*, now: datetime, starts_at: datetime, host_is_here: bool) -> bool:
    """Return whether people may sit down to wait: half an hour before the time, or once the host is there."""
    return host_is_here or now >= starts_at - EARLY


def pass_ends(
    *, starts_at: datetime, ends_at: datetime, under_way: bool, now: datetime, before: timedelta, after: timedelta
) -> datetime | None:
    """Return until when a way into a room of another system is valid, or None when there is none to be had now.

    None longer than ``before`` ahead of the hour, and none once ``after`` the planned end has passed; a session that is
    under way may last longer, and who loses the room then gets in again.
    """
    if under_way:
        return max(now, ends_at) + after
    return ends_at + after if starts_at - before <= now < ends_at + after else None


def why_not_admitted(seat: Seat, *, admitted: Iterable[Seat], document: str, matches: bool) -> str:
    """Return the code of what keeps a seat from being admitted, or an empty text.

    A party is admitted only after a document was compared with what the record shows (rules for online mediation by
    the people's courts, M-13); staff have signed in with an account of their own.
    """
    if seat.state == SeatState.REMOVED:
        return "seat_sent_out"
    if seat.kind == SeatKind.CUSTOMER and document not in IDENTITY_DOCUMENTS:
        return "identity_document_missing"
    if seat.kind == SeatKind.CUSTOMER and not matches:
        return "identity_not_matched"
    if sum(1 for other in admitted if other.id != seat.id) >= MOST_ADMITTED:
        return "room_full"
    return ""
