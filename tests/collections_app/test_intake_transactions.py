"""One row of the file of transactions: what is sound, and the first thing wrong with what is not."""

from datetime import date

import pytest

from collections_app.domain.intake.row import Problem
from collections_app.domain.intake.transactions import TransactionData, read_transaction

AS_OF = date(2026, 11, 19)
SOUND = {
    "account_no": "6200000000000100",
    "on": "2026-11-19",
    "kind": "payment",
    "channel": "counter",
    "amount": "50.00",
    "synthetic": "",
}


def _read(**values: str) -> TransactionData | Problem:
    return read_transaction([*(SOUND | values).values()], as_of=AS_OF)


@pytest.mark.parametrize(("flag", "synthetic"), [("", False), ("0", False), ("false", False), ("1", True)])
def test_a_sound_row_becomes_a_transaction(flag: str, synthetic: bool) -> None:
    """Fen, a date, and whether it was made up."""
    assert _read(synthetic=flag) == TransactionData(
        "6200000000000100", date(2026, 11, 19), "payment", "counter", 5_000, synthetic
    )


def test_a_purchase_through_the_longest_channel_is_sound() -> None:
    assert isinstance(_read(kind="purchase", channel="x" * 12), TransactionData)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"account_no": ""}, Problem("account_no", "missing")),
        ({"on": "19 November"}, Problem("on", "impossible_date", "19 November")),
        ({"on": "20261118"}, Problem("on", "impossible_date", "20261118")),
        ({"on": "2026-11-20"}, Problem("on", "impossible_date", "2026-11-20")),
        ({"kind": "gift"}, Problem("kind", "bad_code", "gift")),
        ({"channel": "x" * 13}, Problem("channel", "too_long", "x" * 13)),
        ({"amount": "fifty"}, Problem("amount", "bad_number", "fifty")),
        ({"amount": "-0.01"}, Problem("amount", "negative", "-0.01")),
    ],
)
def test_what_is_wrong_is_named_by_column_and_value(values: dict[str, str], problem: Problem) -> None:
    """A day after the file's own is as impossible as one that is no day."""
    assert _read(**values) == problem
