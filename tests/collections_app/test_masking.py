"""Personal data are shown by their ends until somebody asks for the whole."""

import pytest

from collections_app.domain import masking


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800006612", "138····6612"),
        ("138 0000 6612", "138····6612"),
        ("+85255501234", "+8525····34"),
        ("+861095588", "+8610····88"),
        ("12345678", "123····5678"),
        ("1234567", "····"),
        ("", "····"),
    ],
)
def test_a_phone_shows_its_ends(number: str, shown: str) -> None:
    """A number so short that its ends are all of it shows nothing."""
    assert masking.phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [("11010519491231002X", "110···········002X"), ("E123456789", "E12···········6789"), ("E12345678", "····")],
)
def test_an_id_number_shows_its_ends(number: str, shown: str) -> None:
    assert masking.id_number(number) == shown


def test_a_name_shows_its_first_sign_and_a_number_its_tail() -> None:
    assert (masking.name("陈晓梅"), masking.name(""), masking.tail("62001234")) == ("陈··", "", "1234")
