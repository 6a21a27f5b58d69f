"""What is left of a promise when its customer moves it."""

from datetime import date

import pytest

from repayment.domain.promises import left_to_move

FIRST, SECOND = date(2026, 11, 25), date(2026, 12, 5)


@pytest.mark.parametrize(
    ("overdue", "left"),
    [
        (500, [(FIRST, 200), (SECOND, 300)]),
        (900, [(FIRST, 200), (SECOND, 300)]),
        (350, [(FIRST, 200), (SECOND, 150)]),
        (200, [(FIRST, 200)]),
        (0, []),
    ],
)
def test_no_more_is_moved_than_is_overdue_and_the_end_is_cut_first(overdue: int, left: list[tuple[date, int]]) -> None:
    assert left_to_move([(FIRST, 200), (SECOND, 300)], overdue_fen=overdue) == left
