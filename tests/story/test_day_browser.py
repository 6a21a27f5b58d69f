"""One day of both departments in the browser, from eight to eight: each requirement of the desk is a step.

Two collectors, two service agents, a supervisor and a compliance officer, each at a screen of their own, over the demo
bank. What one of them does is what the others see.

The day is played whole in Chinese. In English the half is played in which both departments speak about one customer;
`--whole-days` plays all of it in English too.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zeal

from oversight.services import demo_bank
from tests.browsing import Visitor
from tests.conftest import NOW
from tests.story import day_afternoon as afternoon
from tests.story import day_evening as evening
from tests.story import day_midday as midday
from tests.story import day_morning as morning
from tests.story.day import CAST, Day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

ACCOUNTS = 100
# When each step is played. The later ones meet what the earlier ones left.
STEPS: tuple[tuple[int, int, Callable[[Day], None]], ...] = (
    (8, 0, morning.the_file_is_late),
    (8, 10, morning.anybody_is_found),
    (8, 20, morning.five_amounts),
    (8, 40, morning.books_move),
    (9, 0, morning.a_call_ends_in_a_promise),
    (9, 20, midday.somebody_else_answers),
    (9, 30, afternoon.somebody_has_paid),
    (9, 40, afternoon.a_dispute_and_what_it_lets_through),
    (10, 30, afternoon.somebody_complains),
    (11, 0, afternoon.clocks_and_words),
    (11, 5, midday.a_machine_asks_first),
    (11, 10, afternoon.work_climbs_before_it_is_late),
    (15, 30, afternoon.an_agency_is_called_back),
    (15, 40, afternoon.boards),
    (15, 50, midday.a_colleague_leaves),
    (16, 30, afternoon.everything_stops),
    (19, 0, evening.a_customer_settles_it_alone),
    (19, 20, evening.talks_are_prepared),
    (20, 0, afternoon.the_evening),
)
ABOUT_ONE_CUSTOMER = {
    morning.the_file_is_late,
    morning.five_amounts,
    morning.a_call_ends_in_a_promise,
    afternoon.somebody_has_paid,
    afternoon.clocks_and_words,
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_one_day_of_both_departments(
    visit: Callable[..., Visitor], settings: Any, tmp_path: Path, pytestconfig: pytest.Config, language: str
) -> None:
    """The twenty requirements, each at its hour."""
    settings.SESSION_IDLE_SECONDS = settings.SESSION_LONGEST_SECONDS = 24 * 3600
    whole = language == "zh-CN" or pytestconfig.getoption("whole_days")
    with zeal.zeal_ignore():
        demo_bank.seed(accounts=ACCOUNTS, password_hash="!", directory=tmp_path, now=NOW.replace(day=19))
        day = Day(visit, settings, language, tmp_path)
        day.at(8)
        day.know(*CAST)
        for hour, minute, play in STEPS:
            if whole or play in ABOUT_ONE_CUSTOMER:
                day.at(hour, minute)
                play(day)
