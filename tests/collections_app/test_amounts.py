"""The five amounts under own payments and bounces."""

from datetime import date

import pytest

from collections_app.domain.amounts import FiveAmounts

DAY = date(2026, 11, 23)
OWED = FiveAmounts(39_130, 50_000, 391_300, 395_218, DAY, 10_000)


def test_a_payment_lowers_every_amount_and_none_below_zero() -> None:
    """The unbilled amount only by what exceeds the bill."""
    assert OWED.after_payment(40_000) == FiveAmounts(0, 10_000, 351_300, 355_218, DAY, 10_000)
    assert OWED.after_payment(395_218) == FiveAmounts(0, 0, 0, 0, DAY, 6_082)


def test_a_bounce_owes_again_exactly_what_the_payment_had_lowered() -> None:
    """Not the payment's sum: of that less may have reached an amount."""
    assert OWED.after_payment(40_000).raised_by(OWED.lowered_by(40_000)) == OWED
    assert OWED.lowered_by(40_000)["overdue_fen"] == 39_130


def test_a_payment_below_zero_is_none() -> None:
    """A reversal lowers the sum of payments; it never comes in as a negative one."""
    with pytest.raises(ValueError, match="not negative"):
        OWED.after_payment(-1)
    assert OWED.after_payment(0) == OWED
