"""Schedules of loans against vectors computed by hand with decimal arithmetic."""

import pytest

from oversight.domain.demo_bank.schedules import equal_instalments, equal_principal


def test_equal_instalments_of_a_year_at_eighteen_per_cent() -> None:
    """Eleven instalments of 916.80, and the last takes the fen that rounding left."""
    lines = equal_instalments(amount_fen=1_000_000, annual_bp=1800, months=12)

    assert lines[0] == (76_680, 15_000)
    assert lines[1] == (77_830, 13_850)
    assert lines[-1] == (90_326, 1_355)
    assert {principal + interest for principal, interest in lines[:-1]} == {91_680}
    assert sum(map(sum, lines)) == 1_100_161


def test_without_interest_the_last_instalment_takes_the_rest() -> None:
    """Three thirds of a hundred do not divide."""
    assert equal_instalments(amount_fen=1_000_000, annual_bp=0, months=3) == [
        (333_333, 0),
        (333_333, 0),
        (333_334, 0),
    ]


def test_five_years_at_a_crooked_rate() -> None:
    """23,456.78 at 18.25 per cent over sixty months."""
    lines = equal_instalments(amount_fen=2_345_678, annual_bp=1825, months=60)

    assert {principal + interest for principal, interest in lines[:-1]} == {59_884}
    assert lines[-1] == (59_014, 898)
    assert sum(map(sum, lines)) == 3_593_068
    assert sum(interest for _, interest in lines) == 1_247_390


def test_equal_principal_of_a_year_at_eighteen_per_cent() -> None:
    """The same principal each month, less interest each month."""
    lines = equal_principal(amount_fen=1_000_000, annual_bp=1800, months=12)

    assert [sum(line) for line in (lines[0], lines[1], lines[-1])] == [98_333, 97_083, 84_587]
    assert sum(interest for _, interest in lines) == 97_500


@pytest.mark.parametrize("months", [1, 6, 60])
def test_principals_always_add_up_to_the_amount(months: int) -> None:
    """Rounding never makes or loses money."""
    for make in (equal_instalments, equal_principal):
        assert sum(principal for principal, _ in make(amount_fen=987_654, annual_bp=1234, months=months)) == 987_654
