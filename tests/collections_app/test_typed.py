"""What people type and paste: read when its meaning is certain, refused when it is not."""

from datetime import date

import pytest

from collections_app.domain.money import NotMoneyError, fen_of
from collections_app.domain.typed import day_of, number_of, plain, visible


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1000.50", 100_050),
        ("1,000.50", 100_050),
        ("１，０００．５０", 100_050),
        ("１０００。５", 100_050),
        (" 1000 ", 100_000),
        ("\u200f1000.50\u200e", 100_050),
        ("1000\u00a0", 100_000),
        ("1,234,567.89", 123_456_789),
        ("-1", -100),
        ("0", 0),
        ("9999999999999.99", 999_999_999_999_999),
    ],
)
def test_an_amount_is_read_as_people_and_keyboards_write_it(text: str, fen: int) -> None:
    """Full-width signs, grouping, and what a paste brings along."""
    assert fen_of(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1e5",
        "0.001",
        "3,50",
        "1,0000",
        "1,000,00",
        "1 000",
        ".5",
        "5.",
        "--1",
        "NaN",
        "inf",
        "0x10",
        "1_000",
        "一千",
        "9" * 14,
        "9" * 5000,
        "1.000,50",
        "1000元",
        "١٢٣٫٤",
        "1\n2",
    ],
)
def test_an_amount_that_could_mean_something_else_is_refused(text: str) -> None:
    """Three fifty must never become three hundred and fifty."""
    with pytest.raises(NotMoneyError):
        fen_of(text)


@pytest.mark.parametrize(("text", "number"), [("17", 17), ("0", 0), ("9" * 18, int("9" * 18))])
def test_a_number_of_an_address_is_read(text: str, number: int) -> None:
    """Plain digits."""
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "²", "٣", "-1", "1e5", "9" * 19, "9" * 5000, " 1", "1_0"])
def test_what_is_no_number_of_an_address_is_none(text: str) -> None:
    """Nothing here is worth an error."""
    assert number_of(text) is None


def test_what_nobody_sees_is_taken_out() -> None:
    """Ordinary text stays as it is, emoji and rare signs too."""
    assert visible("陈\u202e晓\x07梅\t1\u3000号 😀") == "陈晓梅 1\u3000号 😀"
    assert plain("\ufeff Ｃ０１２　") == "C012"


def test_a_day_of_a_file_is_written_in_one_way() -> None:
    """A core that drops the dashes has changed its format: that is told of, not guessed at."""
    assert day_of("2026-11-20") == date(2026, 11, 20)
    others = ("2026-W47-5", "2026W475", "2026-11-20 ", "2026-11-20\n", "2026/11/20", "２０２６-11-20", "2026-02-30")
    for text in ("", "20261120", *others):
        with pytest.raises(ValueError, match=r".*"):
            day_of(text)
