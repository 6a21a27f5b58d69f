"""Signed fields are believed only as they were signed, with the right key, and for a while."""

from datetime import datetime, timedelta

import pytest

from repayment.domain.signatures import CLOCKS_DIFFER, OLDEST, STAMP, canonical, fault, sign, signature

KEY = b"a key of this test"
FIELDS = {"reference": "R1", "amount_fen": "100", "outcome": "paid"}


def test_what_was_signed_is_believed(now: datetime) -> None:
    """The order of the fields does not matter; the stamp is in UTC, whatever the zone of the clock."""
    signed = sign(FIELDS, key=KEY, at=now)
    assert signed[STAMP] == "2026-11-20T02:00:00Z"
    assert fault(dict(reversed(signed.items())), key=KEY, now=now) == ""


@pytest.mark.parametrize(
    "change",
    [{"amount_fen": "1"}, {"more": "1"}, {"sign": ""}, {"sign": "é"}, {STAMP: "2026-11-20T02:00:01Z"}],
)
def test_what_was_changed_is_not(change: dict[str, str], now: datetime) -> None:
    """Not a value, not a field more, not the stamp."""
    assert fault(sign(FIELDS, key=KEY, at=now) | change, key=KEY, now=now) == "bad_signature"


def test_what_is_missing_is_not_believed(now: datetime) -> None:
    signed = sign(FIELDS, key=KEY, at=now)
    for name in signed:
        assert fault({key: value for key, value in signed.items() if key != name}, key=KEY, now=now) == "bad_signature"
    assert fault(signed, key=b"another key", now=now) == "bad_signature"


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (OLDEST, ""),
        (OLDEST + timedelta(seconds=1), "stale"),
        (-CLOCKS_DIFFER, ""),
        (-CLOCKS_DIFFER - timedelta(seconds=1), "stale"),
    ],
)
def test_it_is_believed_for_ten_minutes_and_two_before(age: timedelta, expected: str, now: datetime) -> None:
    assert fault(sign(FIELDS, key=KEY, at=now), key=KEY, now=now + age) == expected


def test_a_caller_may_ask_for_less_patience(now: datetime) -> None:
    signed = sign(FIELDS, key=KEY, at=now)
    minute = timedelta(minutes=1)
    assert fault(signed, key=KEY, now=now + minute, oldest=minute) == ""
    assert fault(signed, key=KEY, now=now + minute * 2, oldest=minute) == "stale"


@pytest.mark.parametrize("stamp", [None, "", "20 November", "2026-11-20T02:00:00+00:00"])
def test_a_signature_without_a_readable_time_is_stale(stamp: str | None, now: datetime) -> None:
    """Signed with the right key, and still nobody can tell when."""
    fields = FIELDS if stamp is None else {**FIELDS, STAMP: stamp}
    assert fault({**fields, "sign": signature(fields, key=KEY)}, key=KEY, now=now) == "stale"


@pytest.mark.parametrize("fields", [{"a\nb": "1"}, {"a": "1\nb=2"}, {"a=b": "1"}])
def test_what_could_be_read_in_two_ways_is_neither_signed_nor_believed(fields: dict[str, str], now: datetime) -> None:
    with pytest.raises(ValueError, match="line break"):
        canonical(fields)
    assert fault({**fields, "sign": "0"}, key=KEY, now=now) == "bad_signature"
