"""Hours in which everybody of a panel is there, who may be booked at all, and instalments by the week."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mediation.domain.agreement import equal_lines
from mediation.domain.conferences import RecordingRule, why_not_recorded
from mediation.domain.eligibility import REST_AFTER_SUSPICION, Facts, problems
from mediation.domain.slots import Calendar, Span, begins_in, earliest, holds

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def spans(*pairs: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(MONDAY + start * HOUR, MONDAY + end * HOUR) for start, end in pairs)


def test_a_session_begins_when_one_expert_of_each_role_is_there() -> None:
    """Of the first role only the afternoon, of the second the late one: the hour they share."""
    everybody = [Calendar(3, spans((9, 18)))]
    panel = [
        [Calendar(11, spans((13, 15))), Calendar(12, spans((14.5, 15)))],
        [Calendar(21, spans((9, 10), (13.5, 15)))],
    ]
    found = earliest(
        mediators=None, representatives=everybody, customer=Calendar(1, spans((8, 20))), length=HOUR,
        not_before=MONDAY, panel=panel,
    )  # fmt: skip
    assert found is not None
    assert found.span == spans((13.5, 14.5))[0]
    apart = [panel[0], [Calendar(21, spans((9, 10)))]]
    assert earliest(
        mediators=None, representatives=everybody, customer=everybody[0], length=HOUR, not_before=MONDAY, panel=apart
    ) is None  # fmt: skip


def test_a_stretch_is_free_whole_or_not() -> None:
    """An hour begins in it while there is an hour left."""
    calendar = Calendar(1, spans((9, 12)), spans((10, 11)))
    assert [holds(calendar, span) for span in spans((9, 10), (9, 10.5), (11, 12))] == [True, False, True]
    assert begins_in(spans((9, 12)), length=HOUR, not_before=MONDAY + 11 * HOUR)
    assert not begins_in(spans((9, 12)), length=HOUR, not_before=MONDAY + 11.5 * HOUR)


def test_instalments_come_by_the_week_or_the_fortnight_and_are_a_fen_at_least() -> None:
    """The last one carries what does not divide."""
    for interval, days in (("week", 7), ("fortnight", 14)):
        lines = equal_lines(total_fen=10, count=3, first=date(2026, 12, 1), interval=interval, account_id=1)
        assert [line.amount_fen for line in lines] == [3, 3, 4]
        assert lines[2].due_on - lines[0].due_on == timedelta(days=2 * days)
    for count in (0, 11):
        with pytest.raises(ValueError, match="one fen"):
            equal_lines(total_fen=10, count=count, first=date(2026, 12, 1), interval="week", account_id=1)


def test_nobody_is_recorded_without_the_yes_of_each() -> None:
    """Under a pack that knows no such yes, nobody at all."""
    rule = RecordingRule("CN", True, "x", verified=True)
    both, one = frozenset({"customer", "bank"}), frozenset({"bank"})
    assert why_not_recorded(rule, taking_part=both, agreed=both) == ""
    assert why_not_recorded(rule, taking_part=both, agreed=one) == "recording_without_consent"
    assert (
        why_not_recorded(RecordingRule("US", False, "x", verified=True), taking_part=one, agreed=one)
        == "recording_not_allowed"
    )


def test_talks_that_looked_sham_rest_before_new_ones() -> None:
    """Until the day they may be proposed again."""
    facts = Facts("m2", 100, False, frozenset(), False, False, sham_suspected_at=MONDAY)
    assert problems(facts, now=MONDAY + REST_AFTER_SUSPICION - timedelta(seconds=1)) == ["sham_suspected"]
    assert problems(facts, now=MONDAY + REST_AFTER_SUSPICION) == []
