"""The pure rules of people: who is asked for, who is kept away, who is chosen, and who is full."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mediation.domain.people import capacity, choosing, conflicts, panel
from mediation.domain.people.roles import EXPERT_ROLES, QUALIFICATION_KINDS, QUALIFIES
from mediation.domain.slots import Span

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)


def hour(days: int, hours: float = 0) -> Span:
    start = MONDAY + timedelta(days=days, hours=hours)
    return Span(start, start + timedelta(hours=1))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"amount_fen": 100}, []),
        ({"amount_fen": 101}, [("legal", "large")]),
        ({"legally_complex": True}, [("legal", "dispute")]),
        ({"amount_fen": 101, "legally_complex": True}, [("legal", "large")]),
        ({"product": "loan"}, []),
        ({"product": "loan", "fees_disputed": True}, [("financial", "fees")]),
        ({"product": "card", "fees_disputed": True}, []),
        ({"holds": frozenset({"hardship"})}, [("psychologist", "vulnerable")]),
        ({"holds": frozenset({"promise_pending"})}, []),
        ({"language": "yue"}, [("interpreter", "language")]),
    ],
)
def test_a_case_asks_for_experts_with_a_reason_each(changes: dict, expected: list) -> None:
    values = {
        "amount_fen": 50, "product": "card", "legal_above_fen": 100, "holds": frozenset(), "fees_disputed": False,
        "legally_complex": False,
        "language": "zh", "spoken": ["zh", "en"],
    } | changes  # fmt: skip
    assert [(need.role.value, need.reason) for need in panel.needs(panel.Case(**values))] == expected


def test_every_expert_role_has_a_qualification() -> None:
    assert set(QUALIFIES) == set(EXPERT_ROLES)
    assert set(QUALIFIES.values()) <= set(QUALIFICATION_KINDS)


def test_what_somebody_has_to_do_with_a_case_is_found_and_what_bars_cannot_be_waived() -> None:
    """Each fact by itself, and none without one."""
    assert conflicts.findings(conflicts.Facts(customer_branch="BJ", branch="SH", name="王")) == []
    flags = ["walled", "recused", "owned", "contacted", "represented", "stood_down", "mediated_before"]
    found = {name: conflicts.findings(conflicts.Facts(**{name: True})) for name in flags}
    found["same_branch"] = conflicts.findings(conflicts.Facts(branch="BJ", customer_branch="BJ"))
    found["worked_there"] = conflicts.findings(
        conflicts.Facts(worked_at=frozenset({"BJ"}), branch="SH", customer_branch="BJ")
    )
    found["namesake"] = conflicts.findings(conflicts.Facts(name="王担保", names_beside=frozenset({"王担保"})))
    assert found == {name: [name] for name in conflicts.FINDINGS}
    barring = {name for name in found if conflicts.bars(found[name])}
    assert barring == {"walled", "recused", "owned", "contacted", "represented", "stood_down"}
    assert conflicts.to_disclose(["owned", "namesake", "same_branch"]) == ["namesake", "same_branch"]


def test_only_what_both_choose_is_chosen() -> None:
    assert choosing.chosen({}) is None
    assert choosing.chosen({"customer": 1}) is None
    assert choosing.chosen({"customer": 1, "bank": 2}) is None
    assert choosing.chosen({"customer": 2, "bank": 2}) == 2


def test_the_first_refusal_of_a_party_needs_no_reason() -> None:
    assert not choosing.needs_reason("customer", refused_before=0)
    assert choosing.needs_reason("bank", refused_before=1)
    assert choosing.needs_reason("mediator", refused_before=0)


def test_whoever_has_enough_sessions_is_taken_for_the_day_or_the_week() -> None:
    """By the bank's own clock: 01:00 UTC on Monday is Monday in Shanghai, 17:00 UTC is Tuesday."""
    booked = [hour(0), hour(0, 2), hour(1)]
    tuesday_there = hour(0, 16)
    by_day = capacity.full([*booked, tuesday_there], most_a_day=2, most_a_week=9, zone="Asia/Shanghai")
    start = datetime(2026, 11, 22, 16, tzinfo=UTC)
    days = [Span(start + timedelta(days=n), start + timedelta(days=n + 1)) for n in range(2)]
    assert by_day == days
    assert capacity.full(booked, most_a_day=9, most_a_week=3, zone="Asia/Shanghai") == [
        Span(start, start + timedelta(days=7))
    ]
    assert capacity.full(booked, most_a_day=3, most_a_week=4, zone="Asia/Shanghai") == []


def test_nobody_is_booked_where_no_paper_is_in_force() -> None:
    """Both days count; two papers that meet leave no gap; one without days is always in force."""
    window = Span(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))
    first, last = date(2026, 11, 22), date(2026, 11, 25)
    gaps = capacity.lacking([(first, last)], window=window, zone="UTC")
    assert gaps == [
        Span(window.start, datetime(2026, 11, 22, tzinfo=UTC)), Span(datetime(2026, 11, 26, tzinfo=UTC), window.end)
    ]  # fmt: skip
    joined = [(None, last), (last + timedelta(days=1), None)]
    assert capacity.lacking(joined, window=window, zone="UTC") == []
    assert capacity.lacking([(None, None)], window=window, zone="UTC") == []
    assert capacity.lacking([], window=window, zone="UTC") == [window]
    long_over = [(None, date(2026, 1, 1))]
    assert capacity.lacking(long_over, window=window, zone="UTC") == [window]
