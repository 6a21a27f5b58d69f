"""Stages follow the days past due, thirty at a time, after the days of grace."""

import pytest

from collections_app.domain.stages import Stage, stage_of


@pytest.mark.parametrize(
    ("days", "grace", "stage"),
    [
        (0, 3, "m0"),
        (1, 3, "grace"),
        (3, 3, "grace"),
        (4, 3, "m1"),
        (1, 0, "m1"),
        (30, 0, "m1"),
        (31, 0, "m2"),
        (60, 3, "m2"),
        (61, 3, "m3"),
        (91, 3, "m4"),
        (180, 3, "m6"),
        (181, 3, "m7p"),
        (4000, 3, "m7p"),
    ],
)
def test_a_stage_changes_on_its_day(days: int, grace: int, stage: str) -> None:
    assert stage_of(days_past_due=days, grace_days=grace) is Stage(stage)


@pytest.mark.parametrize(("days", "grace"), [(-1, 3), (1, -1)])
def test_days_are_counted_from_zero(days: int, grace: int) -> None:
    with pytest.raises(ValueError, match="zero"):
        stage_of(days_past_due=days, grace_days=grace)
