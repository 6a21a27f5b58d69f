"""Until when a way into a room of another system is valid."""

from datetime import UTC, datetime, timedelta

import pytest

from mediation.domain.rooms import pass_ends

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
END = START + timedelta(hours=1)
HALF = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("at", "under_way", "ends"),
    [
        (START - HALF - timedelta(seconds=1), False, None),
        (START - HALF, False, END + HALF),
        (END + HALF - timedelta(seconds=1), False, END + HALF),
        (END + HALF, False, None),
        (START, True, END + HALF),
        (END + timedelta(hours=2), True, END + timedelta(hours=2) + HALF),
    ],
)
def test_a_pass_is_valid_around_the_hours_and_as_long_as_the_session_goes_on(
    at: datetime, under_way: bool, ends: datetime | None
) -> None:
    """Who loses the room of a session that lasts longer gets in again."""
    assert pass_ends(starts_at=START, ends_at=END, under_way=under_way, now=at, before=HALF, after=HALF) == ends
