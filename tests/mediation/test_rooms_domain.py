"""The rules of a video room: who sees whom, who reads what, who may come and who is let in."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from mediation.domain import rooms
from mediation.domain.rooms import Seat

HOST = Seat(1, "mediator", "admitted", True)
BANK = Seat(2, "representative", "admitted", False)
PANEL = Seat(3, "panel", "admitted", False)
CUSTOMER = Seat(4, "customer", "admitted", False)
AT_THE_DOOR = [Seat(5, "customer", state, False) for state in ("waiting", "checking", "removed")]


def test_all_who_are_in_see_each_other_and_nobody_sees_themselves() -> None:
    everybody = (HOST, BANK, PANEL, CUSTOMER)
    assert all(rooms.linked(one, other) for one, other in combinations(everybody, 2))
    assert not any(rooms.linked(one, one) for one in everybody)


def test_whoever_is_at_the_door_sees_the_host_alone_and_only_while_they_are_looked_at() -> None:
    waiting, checking, removed = AT_THE_DOOR
    for other in (HOST, BANK, PANEL, *AT_THE_DOOR):
        assert not rooms.linked(waiting, other)
        assert not rooms.linked(other, removed)
        assert rooms.linked(checking, other) == rooms.linked(other, checking) == (other is HOST)
    assert not rooms.linked(HOST, checking, private_with=BANK.id)


def test_a_talk_aside_parts_those_inside_from_everybody_else() -> None:
    """The host, the panel and that party; those outside do not even see each other."""
    aside = CUSTOMER.id
    assert rooms.linked(HOST, CUSTOMER, private_with=aside)
    assert rooms.linked(PANEL, CUSTOMER, private_with=aside)
    assert not rooms.linked(HOST, BANK, private_with=aside)
    assert not rooms.linked(BANK, CUSTOMER, private_with=aside)
    assert not rooms.linked(BANK, Seat(9, "representative", "admitted", False), private_with=aside)
    assert [rooms.reads(seat, said_aside_with=aside) for seat in (HOST, PANEL, CUSTOMER, BANK)] == [True] * 3 + [False]
    assert rooms.reads(BANK, said_aside_with=None)
    assert not any(rooms.reads(seat, said_aside_with=None) for seat in AT_THE_DOOR)


def test_only_a_party_who_is_in_is_taken_aside() -> None:
    assert rooms.may_be_spoken_with_alone(BANK)
    assert rooms.may_be_spoken_with_alone(CUSTOMER)
    assert not any(map(rooms.may_be_spoken_with_alone, (HOST, PANEL, *AT_THE_DOOR)))


def test_the_waiting_room_opens_half_an_hour_before_or_with_the_host() -> None:
    starts = datetime(2026, 11, 23, 2, tzinfo=UTC)
    early = starts - timedelta(minutes=31)
    assert not rooms.may_come(now=early, starts_at=starts, host_is_here=False)
    assert rooms.may_come(now=early, starts_at=starts, host_is_here=True)
    assert rooms.may_come(now=early + timedelta(minutes=1), starts_at=starts, host_is_here=False)


@pytest.mark.parametrize(
    ("seat", "document", "matches", "reason"),
    [
        (AT_THE_DOOR[2], "passport", True, "seat_sent_out"),
        (AT_THE_DOOR[1], "", True, "identity_document_missing"),
        (AT_THE_DOOR[1], "club_card", True, "identity_document_missing"),
        (AT_THE_DOOR[1], "passport", False, "identity_not_matched"),
        (AT_THE_DOOR[1], "passport", True, ""),
        (Seat(2, "representative", "waiting", False), "", False, ""),
    ],
)
def test_a_party_is_let_in_after_a_look_at_their_document(
    seat: Seat, document: str, matches: bool, reason: str
) -> None:
    assert rooms.why_not_admitted(seat, admitted=[HOST], document=document, matches=matches) == reason


def test_there_is_no_seventh() -> None:
    six = [Seat(number, "panel", "admitted", number == 10) for number in range(10, 16)]
    assert rooms.why_not_admitted(BANK, admitted=six, document="", matches=False) == "room_full"
