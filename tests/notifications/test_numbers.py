"""Telephone numbers in the form providers want."""

import pytest

from notifications.domain.numbers import country_of, e164, masked


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("138 0000 6612", "CN", "+8613800006612"),
        ("+852 5550 1234", "CN", "+85255501234"),
        ("123", "CN", ""),
        ("no number", "CN", ""),
        ("", "CN", ""),
    ],
)
def test_what_is_no_number_is_empty(number: str, country: str, expected: str) -> None:
    assert e164(number, country=country) == expected


@pytest.mark.parametrize(
    ("number", "country"), [("+8613800006612", "CN"), ("+85255501234", "HK"), ("13800006612", ""), ("", "")]
)
def test_the_country_is_the_one_dialled(number: str, country: str) -> None:
    """Nobody knows the country of a number without one."""
    assert country_of(number) == country


def test_the_middle_is_hidden() -> None:
    """A number so short that its ends are all of it shows nothing."""
    assert masked("+8613800006612") == "+86138····6612"
    assert masked("+8512345678") == "+85123····5678"
    assert masked("+851234567") == "····"
