"""Mainland ID numbers: shape, checksum and the birth date inside."""

from datetime import date

import pytest

from collections_app.domain.id_numbers import birth_date_of, checksum_holds, has_shape, with_checksum


@pytest.mark.parametrize(
    ("number", "shape", "holds"),
    [
        ("11010519491231002X", True, True),
        ("110105194912310020", True, False),
        ("11010519491231002x", False, False),
        ("1101051949123100", False, False),
        ("E12345678", False, False),
    ],
)
def test_a_number_has_eighteen_signs_and_a_checksum(number: str, shape: bool, holds: bool) -> None:
    """The example of GB 11643, one sign off, and what is no such number at all."""
    assert has_shape(number) is shape
    if shape:
        assert checksum_holds(number) is holds


def test_a_checksum_is_made_as_it_is_checked() -> None:
    assert with_checksum("11010519491231002") == "11010519491231002X"
    assert checksum_holds(with_checksum("11010119900307001"))


def test_what_is_no_number_has_no_checksum() -> None:
    assert not checksum_holds("E1234567")


@pytest.mark.parametrize(
    ("number", "born"),
    [("11010519491231002X", date(1949, 12, 31)), ("110105194913310028", None), ("110105199902290028", None)],
)
def test_the_birth_date_stands_inside_or_is_none(number: str, born: date | None) -> None:
    """A thirteenth month and a February without its leap year are no dates."""
    assert birth_date_of(number) == born
