"""Suspension of limitation (民法典 194) and a last day on a holiday (203): counted by night, and once verified."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.clocks.limitation import Extension, Interruption, Obstacle, run
from collections_app.models import Account, ClockRule, Event, ImportedDay, LimitationClock, LimitationSuspension
from collections_app.selectors.clocks import ClockLaw
from collections_app.services import records
from collections_app.services.clocks import law, nightly, suspending
from collections_app.services.errors import NotAllowedError, RefusedError
from tests import factories

TODAY = date(2026, 11, 20)
Days = tuple[date, date | None]


@pytest.mark.parametrize(
    ("begins", "obstacles", "until"),
    [
        # Three years from 2024-01-10 end on 2027-01-10; their last six months begin on 2026-07-10.
        (date(2024, 1, 10), [], date(2027, 1, 10)),
        # Gone before the last six months: nothing is suspended.
        (date(2024, 1, 10), [(date(2026, 1, 5), date(2026, 7, 1))], date(2027, 1, 10)),
        # Gone within them: six months from that day.
        (date(2024, 1, 10), [(date(2026, 1, 5), date(2026, 9, 15))], date(2027, 3, 15)),
        (date(2024, 1, 10), [(date(2026, 8, 1), date(2026, 8, 31))], date(2027, 2, 28)),
        # It stands still: as if it went today.
        (date(2024, 1, 10), [(date(2026, 9, 1), None)], date(2027, 5, 20)),
        # A second obstacle within the six months that are left.
        (
            date(2024, 1, 10),
            [(date(2026, 7, 15), date(2026, 8, 20)), (date(2026, 9, 1), date(2026, 10, 31))],
            date(2027, 4, 30),
        ),
        # The earlier obstacle moves the end to 2026-09-30; only so does the later one fall within the period.
        (
            date(2023, 5, 1),
            [(date(2026, 2, 1), date(2026, 3, 30)), (date(2026, 9, 20), date(2026, 10, 5))],
            date(2027, 4, 5),
        ),
        # After the end nothing is left to suspend.
        (date(2023, 5, 1), [(date(2026, 5, 2), None)], date(2026, 5, 1)),
    ],
)
def test_an_obstacle_in_the_last_six_months_leaves_six_months_after_it(
    begins: date, obstacles: Sequence[Days], until: date
) -> None:
    """The vectors are counted by hand from articles 188, 194 and 202."""
    extension = Extension(TODAY, [Obstacle(*days) for days in obstacles], 6)
    assert run(begins_on=begins, interruptions=[], years=3, extension=extension).until == until


def test_a_demand_within_the_suspended_time_is_not_too_late() -> None:
    """Without the obstacle the demand would have come after the end, and the claim would be lost."""
    demand = [Interruption(1, "demand", date(2026, 6, 1))]
    extension = Extension(TODAY, [Obstacle(date(2026, 4, 1), date(2026, 4, 20))], 6)
    began = date(2023, 5, 1)
    assert run(begins_on=began, interruptions=demand, years=3, extension=extension).until == date(2029, 6, 1)
    assert run(begins_on=began, interruptions=demand, years=3, extension=Extension(TODAY)).until == date(2026, 5, 1)


def test_a_last_day_of_rest_moves_to_the_next_day_worked_and_only_by_a_published_calendar() -> None:
    """The national holiday of 2026 as published; a working Sunday stays, an unpublished year moves nothing."""
    rest = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 9, 20): True, date(2026, 12, 31): False}
    rule = ClockRule(code="CN-LIM-203", kind="holiday_end", number=1, verified=True)
    moved = ClockLaw({"CN-LIM-203": rule}, WorkCalendar(rest)).last_day
    assert [moved(date(2026, month, day)) for month, day in ((10, 3), (9, 20), (9, 19), (10, 9), (12, 31))] == [
        date(2026, 10, 8), date(2026, 9, 20), date(2026, 9, 20), date(2026, 10, 9), date(2026, 12, 31),
    ]  # fmt: skip
    assert moved(date(2027, 1, 3)) == date(2027, 1, 3)
    rule.verified = False
    assert moved(date(2026, 10, 3)) == date(2026, 10, 3)


@pytest.fixture
def legal(db: None) -> Any:
    law.load()
    return factories.make_staff("legal", scope="institution")


def _given(debtor: Any, staff: Any, now: datetime) -> dict[str, Any]:
    return {
        "customer_id": debtor.customer.id, "account_id": debtor.account.id, "kind": "force_majeure",
        "evidence": "政府公告 2026-7", "actor": records.Actor.of(staff), "seen_version": None, "now": now,
    }  # fmt: skip


def _until(account: Account) -> date | None:
    return LimitationClock.objects.get(account=account).until


def test_it_counts_only_once_the_law_is_verified_and_by_night_as_by_hand(
    debtor: Any, now: datetime, legal: Any, django_assert_max_num_queries: Any
) -> None:
    """What was recorded before waits for the day legal confirms the row; each count then says the same."""
    ends = now.date() + timedelta(days=30)
    Account.objects.filter(id=debtor.account.id).update(overdue_since=ends.replace(year=ends.year - 3))
    row = suspending.suspend(since=date(2026, 7, 1), gone_on=date(2026, 10, 3), **_given(debtor, legal, now))
    assert _until(debtor.account) == ends
    ClockRule.objects.filter(code="CN-LIM-194").update(verified=True)
    with django_assert_max_num_queries(22):
        nightly.wind(now=now)
    assert _until(debtor.account) == date(2027, 4, 3)
    ClockRule.objects.filter(code="CN-LIM-203").update(verified=True)
    ImportedDay.objects.create(country="CN", on=date(2027, 1, 1), works=False, name="元旦", source="x")
    # A Saturday of a published year.
    assert nightly.wind(now=now) == 1
    assert _until(debtor.account) == date(2027, 4, 5)
    assert nightly.wind(now=now) == 0
    common = {"actor": records.Actor.of(legal), "seen_version": None, "now": now}
    suspending.revoke(suspension_id=row.id, reason="登记有误", **common)
    assert _until(debtor.account) == ends
    assert nightly.wind(now=now) == 0
    suspending.suspend(since=date(2026, 9, 1), **_given(debtor, legal, now))
    assert _until(debtor.account) == date(2027, 5, 20)
    assert nightly.wind(now=now) == 0
    nightly.wind(now=now + timedelta(days=3))
    assert _until(debtor.account) == date(2027, 5, 24)


def test_an_obstacle_is_recorded_by_legal_or_compliance_with_its_evidence_and_written_once(
    debtor: Any, now: datetime, legal: Any
) -> None:
    """Nobody else; not for tomorrow, not without evidence; its end once; nothing is changed afterwards."""
    given = _given(debtor, legal, now)
    for wrong, code in (
        ({"evidence": " "}, "evidence_missing"), ({"since": now.date() + timedelta(days=1)}, "day_to_come"),
        ({"kind": "rain"}, "no_such_obstacle"), ({"account_id": 0}, "no_such_account"),
        ({"gone_on": date(2026, 6, 30)}, "suspension_ends_before"),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as refused:
            suspending.suspend(**({"since": date(2026, 7, 1)} | given | wrong))
        assert refused.value.code == code
    with pytest.raises(NotAllowedError):
        suspending.suspend(
            since=date(2026, 7, 1), **(given | {"actor": records.Actor.of(factories.make_staff("supervisor"))})
        )
    watch = records.Actor.of(factories.make_staff("compliance", scope="institution"))
    row = suspending.suspend(since=date(2026, 7, 1), **(given | {"actor": watch}))
    ended: dict[str, Any] = {"evidence": "公告解除", "actor": watch, "seen_version": None, "now": now}
    suspending.end(suspension_id=row.id, gone_on=date(2026, 8, 1), **ended)
    with pytest.raises(RefusedError, match="suspension_ended_already"):
        suspending.end(suspension_id=row.id, gone_on=date(2026, 9, 1), **ended)
    said = Event.objects.filter(customer=debtor.customer, kind__startswith="limitation.").order_by("id")
    assert list(said.values_list("kind", flat=True)) == ["limitation.suspended", "limitation.resumed"]
    for change in ({"since": date(2026, 6, 1)}, {"gone_on": date(2026, 9, 1)}, {"kind": "other"}):
        with pytest.raises(InternalError), transaction.atomic():
            LimitationSuspension.objects.filter(id=row.id).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        row.delete()
