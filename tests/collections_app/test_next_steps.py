"""The next step, the queue and the place in it follow from the facts, and say when they will change."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from collections_app.domain.amounts import FiveAmounts
from collections_app.domain.derivation import HoldFacts, PlanFacts, PromiseFacts, derive
from collections_app.domain.legal import can_set_day, enforce_by
from tests.collections_app.test_derivation import NOW, TODAY, account, record

SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 11, 21, tzinfo=SHANGHAI)


def day(offset: int) -> datetime:
    """Return 24:00 of the day so many days from today, in Shanghai."""
    return MIDNIGHT + timedelta(days=offset)


def promised(*offsets: int, state: str = "active", number: int = 1) -> PromiseFacts:
    return PromiseFacts(number, 1, state, [(TODAY + timedelta(days=at), 100) for at in offsets], NOW)


def test_who_waits_to_be_contacted_is_called_now() -> None:
    """To the minute; within grace and when nothing is overdue there is nothing to do."""
    called = derive(record(account()), now=NOW.replace(second=31, microsecond=7))
    assert (called.next_step, called.next_step_at) == ("call", NOW)
    for days in (3, 0):
        derived = derive(record(account(days=days, overdue=391_300 if days else 0)), now=NOW)
        assert (derived.next_step, derived.next_step_at, derived.queue) == ("", None, "to_close")


def test_a_plan_waits_for_the_oldest_unpaid_instalment() -> None:
    plans = [PlanFacts(1, "performing", [(TODAY + timedelta(days=9), 1), (TODAY + timedelta(days=5), 1)], 3)]
    hold = HoldFacts("agreement_active", 1, None)
    derived = derive(record(account(), plans=plans, holds=[hold]), now=NOW)
    assert (derived.status, derived.next_step, derived.next_step_at) == ("plan_active", "await_instalment", day(5))
    assert derived.queue == "plan"
    assert derived.derive_due_at == MIDNIGHT


def test_where_the_account_of_a_plan_went_is_found_out_first() -> None:
    """Of what the core's file no longer has nobody can say that an instalment was missed."""
    plans = [PlanFacts(1, "performing", [(TODAY + timedelta(days=5), 1)], 3)]
    hold = HoldFacts("agreement_active", 1, None)
    gone = derive(record(account(closed_in_core=True), plans=plans, holds=[hold]), now=NOW)
    assert (gone.status, gone.next_step, gone.next_step_at, gone.queue) == ("plan_active", "trace_account", NOW, "plan")


def test_enforcement_is_applied_for_within_the_years_of_the_law_from_the_day_to_perform() -> None:
    """Without such a day from the judgment, and nothing is counted where no law is on file."""
    judged, perform = date(2026, 2, 1), date(2026, 2, 28)
    assert enforce_by(on=judged, perform_until=perform, years=2) == date(2028, 2, 28)
    assert enforce_by(on=judged, perform_until=None, years=2) == date(2028, 2, 1)
    assert enforce_by(on=judged, perform_until=perform, years=None) is None
    assert enforce_by(on=judged, perform_until=date(9999, 12, 31), years=2) == date.max, "no day is too far to be told"


def test_a_day_to_perform_is_a_judgments_and_within_ten_years_of_it() -> None:
    """A slip of the keyboard would silence the alarm for ever, and what is recorded stays."""
    judged = date(2024, 2, 29)
    for day, can in (("2024-02-28", False), ("2024-02-29", True), ("2034-02-28", True), ("2034-03-01", False)):
        assert can_set_day(state="judged", on=judged, perform_until=date.fromisoformat(day)) is can, day
    assert not can_set_day(state="filed", on=judged, perform_until=judged)


def test_a_promise_waits_for_its_day_and_then_for_posting() -> None:
    """Until 24:00 of the day; the morning after, posting is checked."""
    waits = derive(record(account(), promises=[promised(2)]), now=NOW)
    assert (waits.next_step, waits.next_step_at) == ("await_promise", day(2))
    today = derive(record(account(), promises=[promised(0, 4)]), now=NOW)
    assert (today.next_step, today.next_step_at, today.queue) == ("await_promise", MIDNIGHT, "promise_due")
    over = derive(record(account(), promises=[promised(-3)]), now=NOW)
    assert (over.next_step, over.next_step_at, over.queue) == ("check_posting", day(-3), "promise_pending")


def test_a_callback_waits_for_its_hour_while_something_is_overdue() -> None:
    hour = NOW + timedelta(hours=3)
    derived = derive(record(account(), callback_due_at=hour), now=NOW)
    assert (derived.status, derived.next_step, derived.next_step_at) == ("callback_due", "call_back", hour)
    assert derived.queue == "callback"
    assert derive(record(account(overdue=0, days=0), callback_due_at=hour), now=NOW).status == "current"


def test_a_customer_out_of_reach_is_searched_for_while_something_is_overdue() -> None:
    derived = derive(record(account(), failed_numbers=True), now=NOW)
    assert (derived.status, derived.next_step, derived.queue) == ("lost", "find_contact", "lost")
    assert derive(record(account(overdue=0, days=0), failed_numbers=True), now=NOW).status == "current"


def test_a_payment_on_its_way_is_checked_when_its_hold_ends_first() -> None:
    """Whether it is known from the account or from a hold."""
    ends = [NOW + timedelta(days=3), NOW + timedelta(days=2)]
    holds = [HoldFacts("payment_pending", 1, end) for end in ends]
    held = derive(record(account(), holds=[*holds, HoldFacts("channel_stop", None, NOW + timedelta(hours=1))]), now=NOW)
    assert (held.status, held.next_step, held.next_step_at) == ("payment_pending", "check_posting", ends[1])
    on_its_way = derive(record(account(payment_in_flight=True)), now=NOW)
    assert (on_its_way.status, on_its_way.queue, on_its_way.next_step_at) == (
        "payment_pending",
        "payment_pending",
        None,
    )


def test_what_is_held_waits_for_the_first_end() -> None:
    holds = [HoldFacts("hardship", None, NOW + timedelta(days=15)), HoldFacts("illness", None, NOW + timedelta(days=4))]
    derived = derive(record(account(), holds=holds), now=NOW)
    assert (derived.next_step, derived.next_step_at) == ("await_hold", NOW + timedelta(days=4))
    assert derived.queue == "on_hold"
    endless = derive(record(account(), holds=[HoldFacts("represented", None, None)]), now=NOW)
    assert (endless.next_step, endless.next_step_at) == ("await_hold", None)


def test_an_account_placed_elsewhere_shows_while_it_is_overdue() -> None:
    assert derive(record(account(placement="placed")), now=NOW).status == "placed"
    assert derive(record(account(placement="placed", overdue=0, days=0)), now=NOW).status == "current"


def test_without_an_open_case_a_record_stands_in_no_queue() -> None:
    assert derive(record(account(), case_open=False), now=NOW).queue == ""


def test_a_broken_word_counts_while_something_is_overdue() -> None:
    broken = promised(-2, state="broken")
    derived = derive(record(account(), promises=[broken]), now=NOW)
    assert (derived.status, derived.next_step, derived.queue) == ("promise_broken", "call", "promise_broken")
    assert derive(record(account(overdue=0, days=0), promises=[broken]), now=NOW).status == "current"


@pytest.mark.parametrize(
    ("overdue", "points"), [(9_999, 0), (10_000, 1), (391_300, 39), (5_000_000, 500), (90_000_000, 500)]
)
def test_a_hundred_yuan_weigh_a_point_and_never_more_than_five_hundred(overdue: int, points: int) -> None:
    """The shares are named, and their sum is the place in the queue."""
    derived = derive(record(account(overdue=overdue)), now=NOW)
    shares = {str(row["code"]): row["points"] for row in derived.priority_why}
    assert shares.get("amount", 0) == points
    assert derived.priority == sum(int(row["points"]) for row in derived.priority_why)
    assert shares["stage"] == derive(record(account(days=31)), now=NOW).priority_why[0]["points"]


def test_a_broken_word_and_a_promise_due_today_come_first() -> None:
    plain = derive(record(account()), now=NOW)
    broken = derive(record(account(), promises=[promised(-2, state="broken")]), now=NOW)
    assert broken.priority == plain.priority + 150
    assert broken.priority_why[-1] == {"code": "promise_broken", "points": 150, "value": ""}
    due = derive(record(account(), promises=[promised(0)]), now=NOW)
    assert due.priority == plain.priority + 200
    assert derive(record(account(), promises=[promised(1)]), now=NOW).priority == plain.priority


def test_a_later_stage_outweighs_and_nothing_overdue_weighs_nothing() -> None:
    assert derive(record(account(days=70)), now=NOW).priority > derive(record(account()), now=NOW).priority
    nothing = derive(record(account(overdue=0, days=0)), now=NOW)
    assert (nothing.priority, nothing.priority_why) == (0, [])


def test_of_two_accounts_alike_the_larger_sum_and_then_the_older_names_the_stage() -> None:
    larger = derive(record(account(id=1, overdue=5), account(id=2, overdue=6)), now=NOW)
    assert larger.stage_account_id == 2
    older = derive(record(account(id=2), account(id=1)), now=NOW)
    assert older.stage_account_id == 1
    assert older.overdue_fen == 2 * 391_300


def test_the_owner_is_the_worst_accounts_else_anybodys() -> None:
    derived = derive(record(account(id=1, overdue=0, days=0, owner_id=None), account(id=2, overdue=0, days=0)), now=NOW)
    assert (derived.owner_id, derived.stage_account_id, derived.stage) == (7, None, "m0")


@pytest.mark.parametrize(
    ("values", "days"),
    [
        ({"days": 1}, 1),
        ({"days": 40}, 40),
        ({"days": 40, "closed_in_core": True}, 0),
        ({"days": 0}, 0),
        ({"overdue_since": TODAY + timedelta(days=3)}, 0),
        ({"core": FiveAmounts(0, 0, 0, 0, None, 0)}, 0),
    ],
)
def test_days_past_due_are_counted_with_the_first(values: dict[str, object], days: int) -> None:
    """The day after the due date is day one; what is closed, paid or not yet due has none."""
    assert derive(record(account(**values)), now=NOW).accounts[0].days_past_due == days  # type: ignore[arg-type]


def test_a_record_that_time_changes_says_when_and_another_does_not() -> None:
    """Days past due and promises change at midnight there; nothing overdue and nothing agreed never does."""
    assert derive(record(account()), now=NOW).derive_due_at == MIDNIGHT
    quiet = account(overdue=0, days=0)
    assert derive(record(quiet), now=NOW).derive_due_at is None
    assert derive(record(quiet, promises=[promised(5)]), now=NOW).derive_due_at == MIDNIGHT
    assert derive(record(quiet, promises=[promised(5, state="kept")]), now=NOW).derive_due_at is None
    first = NOW + timedelta(hours=1)
    holds = [HoldFacts("hardship", None, first), HoldFacts("illness", None, NOW), HoldFacts("detained", None, None)]
    assert derive(record(quiet, holds=holds), now=NOW).derive_due_at == first
