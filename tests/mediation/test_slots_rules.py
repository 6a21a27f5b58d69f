"""The rules of dates: how far apart hours are offered, and how often a date may be moved."""

from datetime import datetime, timedelta

from mediation.domain.dates import DatePolicy, spread
from mediation.domain.slots import Slot, Span


def test_offered_hours_lie_apart_while_there_are_enough() -> None:
    """Half days first; when these run out, whatever else is free; and never more than there are."""
    day = datetime(2026, 11, 23, 9).astimezone()
    free = [day + timedelta(hours=hours) for hours in (0, 1, 2, 6, 24)]

    def find(not_before: datetime) -> Slot | None:
        start = next((each for each in free if each >= not_before), None)
        return Slot(Span(start, start + timedelta(hours=1)), None, 1) if start else None

    found = [slot.span.start for slot in spread(find, not_before=day, count=4)]
    assert found == [free[0], free[1], free[3], free[4]]
    assert len(spread(find, not_before=day, count=9)) == 5


def test_a_date_may_be_moved_within_limits_only() -> None:
    """Until its hours before, and so many times."""
    start = datetime(2026, 11, 25, 9).astimezone()
    policy = DatePolicy(moves=1, until_hours=24)
    until = start - timedelta(hours=24)
    assert policy.still_open(moved=0, starts_at=start, now=until) == ""
    assert policy.still_open(moved=0, starts_at=start, now=until + timedelta(seconds=1)) == "too_late_to_move"
    assert policy.still_open(moved=1, starts_at=start, now=until) == "moves_used_up"
