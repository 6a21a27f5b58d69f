"""The earliest slot: free for everybody, never earlier than allowed, and really the earliest."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation.domain.slots import (
    GRID,
    Calendar,
    Slot,
    Span,
    WeeklyHours,
    earliest,
    joined,
    on_grid,
    subtract,
    week_spans,
)

# A busy machine is no fault of the rule.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def spans(*pairs: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(at(start), at(end)) for start, end in pairs)


def test_the_earliest_hour_free_for_all_three_is_taken() -> None:
    """A busy mediator, a late representative and the customer's own hours leave 11 o'clock."""
    found = earliest(
        mediators=[Calendar(7, spans((9, 17)), spans((9, 10.5)))],
        representatives=[Calendar(3, spans((11, 12), (13, 18)))],
        customer=Calendar(1, spans((8, 20))),
        length=timedelta(hours=1),
        not_before=at(8),
    )
    assert found == Slot(Span(at(11), at(12)), 7, 3)


def test_of_several_free_the_one_with_the_fewest_sessions_is_taken() -> None:
    """Load decides before the key, so that nobody gets all sessions; equal loads fall to the lowest key."""
    everybody = [
        Calendar(1, spans((9, 17)), load=4),
        Calendar(2, spans((9, 17)), load=1),
        Calendar(3, spans((9, 17)), load=1),
    ]
    found = earliest(
        mediators=everybody,
        representatives=everybody,
        customer=Calendar(9, spans((0, 24))),
        length=timedelta(hours=1),
        not_before=at(0),
    )
    assert found == Slot(Span(at(9), at(10)), 2, 2)


def test_talks_of_the_bank_need_no_mediator() -> None:
    """Without mediators only the representative and the customer count."""
    found = earliest(
        mediators=None,
        representatives=[Calendar(3, spans((9, 10)))],
        customer=Calendar(1, spans((0, 24))),
        length=timedelta(hours=1),
        not_before=at(0),
    )
    assert found == Slot(Span(at(9), at(10)), None, 3)


@pytest.mark.parametrize(
    ("mediators", "representatives"), [([], [Calendar(1, spans((9, 17)))]), ([Calendar(1, spans((9, 17)))], [])]
)
def test_nobody_free_gives_no_slot(mediators: list[Calendar], representatives: list[Calendar]) -> None:
    """Without a mediator, or without a representative, there is no session."""
    found = earliest(
        mediators=mediators,
        representatives=representatives,
        customer=Calendar(1, spans((0, 24))),
        length=timedelta(hours=1),
        not_before=at(0),
    )
    assert found is None


def test_a_session_without_length_is_no_session() -> None:
    """The planner refuses a length of nothing."""
    with pytest.raises(ValueError, match="length"):
        earliest(mediators=None, representatives=[], customer=Calendar(1, ()), length=timedelta(), not_before=at(0))


def test_days_that_do_not_work_offer_nothing() -> None:
    """Weekly hours appear on working days alone, by the person's own clock, over both ends of the range."""
    hours = [WeeklyHours(0, time(9), time(12)), WeeklyHours(1, time(9), time(12)), WeeklyHours(0, time(13), time(17))]
    found = week_spans(
        hours, first=date(2026, 11, 23), last=date(2026, 11, 24), zone="Asia/Shanghai", works=lambda day: day.day != 24
    )
    assert [(span.start.astimezone(UTC).hour, span.end.astimezone(UTC).hour) for span in found] == [(1, 4), (5, 9)]


def test_a_span_is_aware_and_ends_after_it_starts() -> None:
    """Naive times and empty spans are mistakes of the caller."""
    with pytest.raises(ValueError, match="aware"):
        Span(datetime(2026, 1, 1), datetime(2026, 1, 2))
    with pytest.raises(ValueError, match="ends after"):
        Span(at(2), at(2))


def test_sessions_begin_on_the_half_hour() -> None:
    """A moment in between waits for the next half hour; one on it stays."""
    assert on_grid(at(9)) == at(9)
    assert on_grid(at(9) + timedelta(seconds=1)) == at(9.5)
    assert on_grid(at(9.75)) == at(10)


quarter = st.integers(min_value=0, max_value=96)
pieces = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 40)).map(
        lambda pair: Span(at(pair[0] / 4), at(min(sum(pair), 96) / 4))
    ),
    max_size=5,
)


def holds(part: list[Span], moment: datetime) -> bool:
    return any(span.start <= moment < span.end for span in part)


@CALM
@given(open_spans=pieces, taken=pieces)
def test_what_is_left_is_open_and_not_taken(open_spans: list[Span], taken: list[Span]) -> None:
    """Cutting keeps every open moment that is not taken and nothing else."""
    left = subtract(open_spans, taken)
    for step in range(97):
        moment = at(step / 4)
        assert holds(left, moment) == (holds(open_spans, moment) and not holds(taken, moment))


people = st.lists(st.tuples(pieces, pieces, st.integers(0, 3)), max_size=3).map(
    lambda rows: [Calendar(key, tuple(free), tuple(busy), load) for key, (free, busy, load) in enumerate(rows, start=1)]
)


def fits(calendar: Calendar, span: Span) -> bool:
    """Judge by quarter hours, another way than the planner does it."""
    steps = int((span.end - span.start) / timedelta(minutes=15))
    moments = [span.start + timedelta(minutes=15) * step for step in range(steps)]
    return all(holds(list(calendar.open_spans), each) and not holds(list(calendar.busy), each) for each in moments)


@CALM
@given(
    mediators=people, representatives=people, customer=pieces, panel=st.lists(people, max_size=2),
    halves=st.integers(1, 4), start=quarter,
)  # fmt: skip
def test_a_slot_suits_everybody_and_none_is_earlier(
    mediators: list[Calendar], representatives: list[Calendar], customer: list[Span], panel: list[list[Calendar]],
    halves: int, start: int,
) -> None:  # fmt: skip
    """Whatever the calendars: the slot fits all, is not too early, and brute force finds nothing earlier."""
    theirs = Calendar(1, tuple(customer))
    length, not_before = timedelta(minutes=30 * halves), at(start / 4)
    found = earliest(
        mediators=mediators, representatives=representatives, customer=theirs, length=length, not_before=not_before,
        panel=panel,
    )  # fmt: skip
    again = earliest(
        mediators=mediators[::-1],
        representatives=representatives[::-1],
        customer=theirs,
        length=length,
        not_before=not_before,
        panel=panel,
    )
    assert found == again
    possible = []
    for step in range(48):
        span = Span(at(step / 2), at(step / 2) + length)
        if span.start < not_before or not fits(theirs, span):
            continue
        if not all(any(fits(expert, span) for expert in role) for role in panel):
            continue
        possible += [
            (span.start, one.key, other.key)
            for one in mediators
            for other in representatives
            if fits(one, span) and fits(other, span)
        ]
    if found is None:
        assert not possible
        return
    assert found.mediator is not None
    assert found.span.end - found.span.start == length
    assert found.span.start == on_grid(found.span.start) >= not_before
    assert (found.span.start, found.mediator, found.representative) in possible
    assert found.span.start == min(possible)[0]
    assert timedelta(minutes=30) == GRID


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([(8, 9), (12, 13)], [(9, 12)]),
        ([(9, 12)], []),
        ([(8, 13), (10, 11)], []),
        ([(10, 11)], [(9, 10), (11, 12)]),
        ([(8, 10)], [(10, 12)]),
        ([(11, 13)], [(9, 11)]),
        ([(9, 10), (9.5, 11), (10, 10.5)], [(11, 12)]),
    ],
)
def test_what_is_taken_is_cut_out_wherever_it_lies(
    taken: list[tuple[float, float]], left: list[tuple[float, float]]
) -> None:
    """Touching, covering, inside, and over either end; cuts that overlap each other cut once."""
    assert subtract(spans((9, 12)), spans(*taken)) == list(spans(*left))


def test_stretches_that_touch_or_lie_in_each_other_are_one() -> None:
    """A gap of half an hour keeps two apart."""
    assert joined(spans((11, 12), (9, 11), (9.5, 10), (12.5, 13))) == list(spans((9, 12), (12.5, 13)))


def test_spans_that_only_touch_do_not_overlap() -> None:
    """A session may begin the moment another ends."""
    (early, late, across) = spans((9, 10), (10, 11), (9.5, 10.5))
    assert not early.overlaps(late)
    assert not late.overlaps(early)
    assert early.overlaps(across)
    assert across.overlaps(late)


def test_a_mediator_who_shares_no_hour_is_passed_over() -> None:
    """The one after is taken, though it is later than the other's first hour."""
    found = earliest(
        mediators=[Calendar(1, spans((6, 8))), Calendar(2, spans((14, 17)))],
        representatives=[Calendar(3, spans((9, 17)))],
        customer=Calendar(4, spans((8, 20))),
        length=timedelta(hours=1),
        not_before=at(8),
    )
    assert found == Slot(Span(at(14), at(15)), 2, 3)
