"""The rules that no learning touches: who is told of payment security first, and when a loan's schedule is of use.

The planner goes by the same numbers, and the page of the customer shows what follows.
"""

from calendar import monthrange
from datetime import date, timedelta

from notifications.domain.targeting.features import PERMILLE, Observed

# The bank's policy: mostly is more than half, of enough payments to tell.
MOSTLY = PERMILLE // 2
ENOUGH_PAYMENTS = 3

# The schedule of a large instalment comes so many days before it; of who is paid their salary within the days up to
# the last of these, on the day after it, when the money is there to be set aside.
SCHEDULE_FIRST, SCHEDULE_LAST = 10, 4


def schedule_waits(*, due_on: date, salary_day: int | None) -> int:
    """Return by how many days the schedule of an instalment comes later than it would without a known salary day."""
    if salary_day is None:
        return 0
    for days in range(SCHEDULE_FIRST - SCHEDULE_LAST + 1):
        before = due_on - timedelta(days=SCHEDULE_FIRST + 1 - days)
        if before.day == min(salary_day, monthrange(before.year, before.month)[1]):
            return days
    return 0


def advice_first(seen: Observed) -> bool:
    """Return whether a customer pays mostly by mobile, and so is told of payment security before anything else."""
    return seen.payments >= ENOUGH_PAYMENTS and (seen.mobile_share or 0) > MOSTLY
