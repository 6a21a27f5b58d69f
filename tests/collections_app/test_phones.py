"""Numbers as providers want them, and the zone a customer lives in."""

import pytest

from collections_app.domain.phones import e164, is_mobile, national, time_zone_of


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("138 0000 6612", "CN", "+8613800006612"),
        ("0086-13800006612", "HK", "+8613800006612"),
        ("5550 1234", "HK", "+85255501234"),
        ("+852 5550 1234", "CN", "+85255501234"),
        ("1380000661", "HK", None),
        ("no number", "CN", None),
        ("", "CN", None),
    ],
)
def test_a_number_is_read_as_the_country_writes_it(number: str, country: str, expected: str | None) -> None:
    """What can be no number of that country, or of the one it names, is none."""
    assert e164(number, country=country) == expected


def test_a_mainland_mobile_is_told_by_its_shape() -> None:
    assert is_mobile("+8613800006612")
    assert not is_mobile("+861065551234")
    assert is_mobile("+85221234567")
    assert national("+8613800006612") == "13800006612"


@pytest.mark.parametrize(
    ("country", "number", "zone"),
    [
        ("CN", "+85255501234", "Asia/Shanghai"),
        ("US", "+12125550100", "America/New_York"),
        ("US", "", "Asia/Hong_Kong"),
        ("XX", "+88335100000", "Asia/Hong_Kong"),
    ],
)
def test_the_zone_is_the_countrys_only_one_else_the_numbers_else_the_branchs(
    country: str, number: str, zone: str
) -> None:
    assert time_zone_of(country=country, number=number, branch_zone="Asia/Hong_Kong") == zone
