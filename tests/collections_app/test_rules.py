"""Caps and intervals, measured on contacts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.domain.purposes import Channel
from collections_app.domain.rules import (
    After,
    Basis,
    CapRule,
    ContactFact,
    Counts,
    IntervalRule,
    Pack,
    QuietRule,
    RuleRef,
    Scope,
    Target,
    applies,
    means_again_rule,
    parse_rule,
    read_cap,
    read_interval,
    reading_time_rule,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)
REF = RuleRef("CN", 1, "X", Basis.POLICY)
HERE = Target(contact_point_id=1, account_ids=(7,))
VOICE = frozenset({Channel.VOICE})


def call(at: datetime = NOW, **values: Any) -> ContactFact:
    plain = {
        "at": at,
        "channel": "voice",
        "state": "made",
        "effective": False,
        "contact_point_id": 1,
        "account_ids": frozenset({7}),
        "counted": True,
    }
    return ContactFact(**(plain | values))


def cap(counts: str = "attempts", scope: str = "customer", most: int = 3, days: int = 1) -> CapRule:
    return CapRule(REF, VOICE, Counts(counts), Scope(scope), most, days)


def used(rule: CapRule, *contacts: ContactFact, target: Target = HERE) -> int:
    reading = read_cap(rule, contacts=contacts, target=target, now=NOW, zone=SHANGHAI)
    assert isinstance(reading.inputs["used"], int)
    return reading.inputs["used"]


def test_unanswered_and_effective_calls_are_counted_apart() -> None:
    """What is still open may turn out either way and counts as both."""
    calls = (call(), call(effective=True), call(state="reserved"), call(state="unknown"))
    assert used(cap("attempts"), *calls) == 4
    assert used(cap("unanswered"), *calls) == 3
    assert used(cap("effective"), *calls) == 3


def test_what_does_not_count_and_other_channels_are_left_out() -> None:
    """A receipt by SMS says nothing about a cap on calls."""
    assert used(cap(), call(counted=False), call(channel="sms")) == 0


def test_a_cap_per_number_looks_at_that_number_only() -> None:
    """Another number has its own six attempts; without a number there is nothing to measure."""
    rule = cap("unanswered", "contact_point")
    assert used(rule, call(), call(contact_point_id=2)) == 1
    assert used(rule, call(), target=Target(None, ())) == 0


def test_a_cap_per_debt_takes_the_worst_account_and_counts_nameless_calls_for_all() -> None:
    """Seven calls per particular debt: a call that named none may have spoken of any."""
    calls = (call(), call(account_ids=frozenset({8})), call(account_ids=frozenset({8})), call(account_ids=frozenset()))
    assert used(cap(scope="account"), *calls) == 2
    assert used(cap(scope="account"), *calls, target=Target(1, (7, 8))) == 3


def test_a_day_ends_at_midnight_where_the_customer_is() -> None:
    """A call at 23:59 yesterday is not of today, one at 00:00 is."""
    late, early = NOW.replace(hour=23, minute=59) - timedelta(days=1), NOW.replace(hour=0)
    assert used(cap(), call(late), call(early)) == 1


def test_a_full_cap_says_until_when() -> None:
    """One a day: until midnight. Three in seven days: until the oldest of the three falls out."""
    day = read_cap(cap(most=1), contacts=[call()], target=HERE, now=NOW, zone=SHANGHAI)
    assert (day.refused, day.until) == (True, datetime(2026, 11, 21, tzinfo=SHANGHAI))
    week = [call(NOW - timedelta(days=back)) for back in (0, 2, 5)]
    reading = read_cap(cap(days=7), contacts=week, target=HERE, now=NOW, zone=SHANGHAI)
    assert (reading.refused, reading.until) == (True, datetime(2026, 11, 22, tzinfo=SHANGHAI))


def test_the_last_account_to_be_free_decides_until_when() -> None:
    """A call about two debts waits for both."""
    calls = [call(NOW - timedelta(days=6)), call(NOW - timedelta(days=1), account_ids=frozenset({8}))]
    reading = read_cap(
        cap(scope="account", most=1, days=7), contacts=calls, target=Target(1, (7, 8)), now=NOW, zone=SHANGHAI
    )
    assert reading.until == datetime(2026, 11, 26, tzinfo=SHANGHAI)


def test_a_cap_of_none_never_lets_go() -> None:
    """A channel that is closed is closed without an end."""
    reading = read_cap(cap(most=0), contacts=[], target=HERE, now=NOW, zone=SHANGHAI)
    assert (reading.refused, reading.until) == (True, None)


@given(
    ages=st.lists(st.integers(0, 20 * 24 * 60), max_size=30),
    most=st.integers(1, 8),
    days=st.integers(1, 10),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kolkata"]),
)
def test_a_cap_lets_go_exactly_when_it_says(ages: list[int], most: int, days: int, zone: str) -> None:
    """At ``until`` one more contact fits; an instant before, none did."""
    there = ZoneInfo(zone)
    rule = cap(most=most, days=days)
    contacts = [call(NOW - timedelta(minutes=age)) for age in ages]

    def refused(now: datetime) -> bool:
        return read_cap(rule, contacts=contacts, target=HERE, now=now, zone=there).refused

    reading = read_cap(rule, contacts=contacts, target=HERE, now=NOW, zone=there)
    if reading.refused:
        assert reading.until is not None
        assert reading.until > NOW
        assert not refused(reading.until)
        assert refused(reading.until - timedelta(microseconds=1))
    else:
        assert reading.until is None


def interval(after: str = "contact", scope: str = "customer", minutes: int = 0, days: int = 0) -> IntervalRule:
    return IntervalRule(REF, VOICE, After(after), Scope(scope), minutes, days)


@pytest.mark.parametrize(("ago", "refused"), [(29, True), (30, False), (31, False)])
def test_minutes_after_a_contact(ago: int, refused: bool) -> None:
    """After exactly thirty minutes the wait is over."""
    last = NOW - timedelta(minutes=ago)
    reading = read_interval(interval(minutes=30), contacts=[call(last)], target=HERE, now=NOW, zone=SHANGHAI)
    assert reading.refused is refused
    assert reading.until == (last + timedelta(minutes=30) if refused else None)


@pytest.mark.parametrize(("days_ago", "refused"), [(0, True), (6, True), (7, False)])
def test_the_day_of_a_conversation_is_the_first_of_seven(days_ago: int, refused: bool) -> None:
    """Regulation F: a conversation on the 13th frees the 20th."""
    talk = call(NOW - timedelta(days=days_ago), effective=True)
    rule = interval("conversation", "account", days=7)
    reading = read_interval(rule, contacts=[talk], target=HERE, now=NOW, zone=SHANGHAI)
    assert reading.refused is refused
    if refused:
        free = talk.at.date() + timedelta(days=7)
        assert reading.until == datetime(free.year, free.month, free.day, tzinfo=SHANGHAI)


def test_an_unanswered_call_is_no_conversation_and_an_incoming_talk_is_one() -> None:
    """Who began the conversation does not matter."""
    rule = interval("conversation", days=7)
    unanswered, incoming = call(), call(effective=True, counted=False)
    assert not read_interval(rule, contacts=[unanswered], target=HERE, now=NOW, zone=SHANGHAI).refused
    assert read_interval(rule, contacts=[unanswered, incoming], target=HERE, now=NOW, zone=SHANGHAI).refused


def test_a_call_that_is_still_out_or_of_unknown_end_counts_as_a_conversation() -> None:
    """A dialler has it, or never said what came of it: the customer may have been spoken to."""
    rule = interval("conversation", days=7)
    for state in ("reserved", "unknown"):
        assert read_interval(rule, contacts=[call(state=state)], target=HERE, now=NOW, zone=SHANGHAI).refused
        asked_for = [call(state=state, counted=False)]
        assert not read_interval(rule, contacts=asked_for, target=HERE, now=NOW, zone=SHANGHAI).refused


def test_the_latest_contact_decides() -> None:
    """In whatever order they are read."""
    contacts = [call(NOW - timedelta(minutes=5)), call(NOW - timedelta(minutes=20))]
    reading = read_interval(interval(minutes=30), contacts=contacts, target=HERE, now=NOW, zone=SHANGHAI)
    assert reading.until == NOW + timedelta(minutes=25)


def parsed(kind: str, parameters: dict[str, Any], channels: tuple[str, ...] = ("voice",)) -> Any:
    return parse_rule(ref=REF, kind=kind, channels=channels, parameters=parameters)


def test_stored_rules_are_read() -> None:
    """Each kind from its parameters."""
    quiet = parsed("quiet_hours", {"from": "22:00", "to": "08:00"}, ())
    assert isinstance(quiet, QuietRule)
    assert applies(quiet, "letter")
    assert parsed("cap", {"counts": "attempts", "scope": "customer", "most": 3, "days": 1}) == cap()
    gap = parsed("interval", {"after": "contact", "scope": "customer", "minutes": 30})
    assert gap == interval(minutes=30)
    assert not applies(gap, "sms")


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("quiet_hours", {}),
        ("quiet_hours", {"from": "22:00"}),
        ("quiet_hours", {"from": "22:00", "to": "25:00"}),
        ("quiet_hours", {"from": 22, "to": 8}),
        ("quiet_hours", {"working_days_only": "yes"}),
        ("cap", {"counts": "attempts", "scope": "customer", "most": -1, "days": 1}),
        ("cap", {"counts": "attempts", "scope": "customer", "most": True, "days": 1}),
        ("cap", {"counts": "attempts", "scope": "customer", "most": 1, "days": 0}),
        ("cap", {"counts": "shouts", "scope": "customer", "most": 1, "days": 1}),
        ("cap", {"most": 1, "days": 1}),
        ("interval", {"after": "contact", "scope": "customer"}),
        ("interval", {"after": "contact", "scope": "customer", "minutes": 5, "days": 5}),
        ("reading_time", {}),
        ("reading_time", {"seconds": -1}),
        ("reading_time", {"seconds": 601}),
        ("means_again", {}),
        ("means_again", {"days": 367}),
        ("curfew", {}),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(kind: str, parameters: dict[str, Any]) -> None:
    """Half a rule is no rule."""
    with pytest.raises(ValueError, match=r"."):
        parsed(kind, parameters)


def test_a_pack_knows_how_far_it_looks_back() -> None:
    """The longest window of its rules, and whether it needs a calendar."""
    quiet = parsed("quiet_hours", {"working_days_only": True})
    assert Pack("CN", 1, ()).window_days == 1
    assert Pack("CN", 1, (quiet, cap(days=7), interval(days=3))).window_days == 7
    assert Pack("CN", 1, (quiet,)).needs_calendar
    assert not Pack("CN", 1, (cap(),)).needs_calendar


def test_a_kind_of_arrangement_is_read_by_its_own_rule_before_that_of_all() -> None:
    """The longest of those that fit; nothing where no rule says anything."""
    every, long, own = (
        parsed("reading_time", {"seconds": seconds, "arrangement": kind}, ())
        for seconds, kind in ((15, ""), (30, ""), (20, "extension"))
    )
    pack = Pack("CN", 1, (every, long, own, cap()))
    assert reading_time_rule(pack, arrangement="extension") == own
    assert reading_time_rule(pack, arrangement="personal_plan") == long
    assert reading_time_rule(Pack("CN", 1, (cap(), own)), arrangement="personal_plan") is None


def test_times_in_utc_count_as_the_customers_day() -> None:
    """17:00 UTC on the 19th is the 20th in Shanghai."""
    assert used(cap(), call(datetime(2026, 11, 19, 17, tzinfo=UTC))) == 1


@pytest.mark.parametrize(
    ("zone", "begins", "changes"),
    [
        ("America/New_York", datetime(2026, 3, 4, 12), "the hour that is skipped"),
        ("America/New_York", datetime(2026, 10, 28, 12), "the hour that comes twice"),
        ("Europe/London", datetime(2026, 3, 25, 12), "the hour that is skipped"),
        ("Europe/London", datetime(2026, 10, 21, 12), "the hour that comes twice"),
    ],
)
def test_seven_days_end_at_midnight_there_though_the_clock_changes(zone: str, begins: datetime, changes: str) -> None:
    """Seven calls in seven days: the eighth waits for the midnight after the seventh day, by the wall."""
    there = ZoneInfo(zone)
    first = begins.replace(tzinfo=there)
    rule = cap(scope="account", most=7, days=7)
    calls = [call(first + timedelta(minutes=30 * number)) for number in range(7)]
    free = (first + timedelta(days=7)).replace(hour=0)
    assert free.utcoffset() != first.utcoffset(), changes

    def reading(now: datetime) -> bool:
        return read_cap(rule, contacts=calls, target=HERE, now=now, zone=there).refused

    last = free.astimezone(UTC) - timedelta(seconds=1)
    assert reading(last)
    assert not reading(free.astimezone(UTC))
    assert read_cap(rule, contacts=calls, target=HERE, now=last, zone=there).until == free
    talk = read_interval(
        interval("conversation", days=7), contacts=[call(first, effective=True)], target=HERE, now=last, zone=there
    )
    assert (talk.refused, talk.until) == (True, free)


def test_the_longest_of_the_days_a_person_looks_at_means_holds() -> None:
    """Nothing where no rule says anything; nought is a rule, too."""
    short, long = (parsed("means_again", {"days": days}, ()) for days in (0, 30))
    assert means_again_rule(Pack("CN", 1, (cap(), short, long))) == long
    assert means_again_rule(Pack("CN", 1, (short,))) == short
    assert means_again_rule(Pack("CN", 1, (cap(),))) is None
