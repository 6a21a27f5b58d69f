"""The small rules of a referral: consent that was handed on, mandates, and cases one after the other."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mediation.domain import batches, consents, mandates
from mediation.domain.endings import Ending, before_a_session, on_declining
from mediation.domain.slots import Calendar, Span

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    """Minutes after nine."""
    return Span(AT + timedelta(minutes=start), AT + timedelta(minutes=end))


def test_a_wish_carries_consent_when_the_customer_or_a_line_of_its_own_says_so() -> None:
    def carried(sender: str, text: str) -> bool:
        return consents.carries_consent(from_department=sender, text=text, names=["同意调解", "Consent"])

    assert carried("customer", "")
    assert carried("service", "Consent: by telephone\n利息太高")
    assert carried("service", "同意调解\uff1a电话")
    assert not carried("compliance", "客户没有说同意调解")


def test_talks_come_from_where_they_were_asked_for() -> None:
    assert [consents.origin_of(each) for each in ("customer", "service", "collections", "legal")] == [
        "customer", "service", "collections", "collections",
    ]  # fmt: skip


def test_whoever_declines_has_never_begun_or_does_not_go_on() -> None:
    assert (on_declining(consented=False), on_declining(consented=True)) == (Ending.NO_CONSENT, Ending.REFUSED)
    assert before_a_session(["agreed", "withdrawn", "gap", "unsuitable"]) == ["withdrawn", "unsuitable"]


def test_terms_are_beyond_a_mandate_limit_by_limit() -> None:
    """On the limit is within it."""
    figures = mandates.Figures(waiver_fen=10_000, waiver_percent=10, months=12, floor_fen=90_000)
    common = {"payoff_fen": 100_000, "today": date(2026, 11, 20)}

    def beyond(total: int, last: date) -> list[str]:
        return mandates.beyond(figures, total_fen=total, last_on=last, **common)

    assert beyond(90_000, date(2027, 11, 20)) == []
    assert beyond(90_000, date(2027, 11, 21)) == ["months"]
    assert beyond(89_999, date(2027, 1, 1)) == ["waiver_fen", "waiver_percent", "floor_fen"]
    assert beyond(100_001, date(2027, 1, 1)) == []
    assert mandates.Figures.of(figures.kept()) == figures


def test_a_mandate_has_figures_that_can_be() -> None:
    good = {"waiver_fen": 0, "waiver_percent": 100, "months": 60, "floor_fen": 0}
    assert mandates.problem(mandates.Figures(**good)) == ""
    for wrong in ({"waiver_fen": -1}, {"floor_fen": -1}, {"waiver_percent": 101}, {"months": 0}, {"months": 61}):
        assert mandates.problem(mandates.Figures(**(good | wrong))) == "mandate_out_of_range"


def test_a_batch_fills_its_hours_without_gaps() -> None:
    found = batches.one_after_the_other(first=span(0, 90), count=3)
    assert found == [span(0, 30), span(30, 60), span(60, 90)]
    half_hour, apart = timedelta(minutes=30), timedelta(minutes=15)
    assert batches.length_of(count=3, each=half_hour, apart=apart) == timedelta(minutes=120)
    found = batches.one_after_the_other(first=span(0, 120), count=3, apart=apart)
    assert found == [span(0, 30), span(45, 75), span(90, 120)]
    with pytest.raises(ValueError, match="sessions"):
        batches.one_after_the_other(first=span(0, 90), count=0)


def test_people_are_together_when_every_one_of_them_is_free() -> None:
    first = Calendar(1, (span(0, 120),), busy=(span(30, 60),))
    second = Calendar(2, (span(-60, 90),))
    assert batches.together([first, second], window=span(-120, 240)).open_spans == (span(0, 30), span(60, 90))
