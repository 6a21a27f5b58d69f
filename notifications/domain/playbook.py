"""What the playbook wants planned on a day: the definition, which the planner's SQL must agree with.

A step lies so many days before or after its anchor: the due date, the end of grace, the day a promise was judged. It
is of use from its day on for some days, and only then. So what an outage, a pause or a move of the date puts off is
made up for while it is still of use, and never after; and a date that moves a little does not make one step two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from notifications.domain.lifecycle import MessageState

# The same step of the same thing, nearer than this to one that went before, is that one, moved.
SAME_WITHIN = timedelta(days=14)
# What was let go so often for one step and day is left: something else is wrong.
MOST_ROUNDS = 3

# The facts by which a planned message is let go and may be planned again when they change back: nothing went out. It is
# planned again only once they have (services/rounds asks as the last look does): a fact that lasts uses up one round.
LET_GO = {
    MessageState.CANCELLED: frozenset(
        {
            "paid", "nothing_overdue", "due_date_moved", "account_closed", "payment_in_flight", "promise_pending",
            "promise_ended", "plan_ended",
        }
    ),
    MessageState.REFUSED: frozenset(
        {
            "hold", "agreement_active", "promise_pending", "nothing_due", "in_grace", "premise_gone", "incident",
            # No way to the customer: a number, or somebody who carries it, may be there tomorrow.
            "no_contact_point", "number_bad", "provider_not_allowed", "no_such_provider", "email_not_set_up",
            "app_not_set_up", "letters_not_set_up", "number_not_verified", "text_not_registered",
        }
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step: so many days after its anchor (before it: negative), at an hour of the customer's clock."""

    offset: int
    at: time


@dataclass(frozen=True, slots=True)
class Planned:
    """A message planned before for the same thing: its step, the step's day, what it is about, and how it ended."""

    offset: int
    step_on: date
    about_on: date
    state: str
    reason: str = ""

    @property
    def let_go(self) -> bool:
        """Whether it never went out because of facts that may change back."""
        return self.reason in LET_GO.get(MessageState(self.state), frozenset())


def lags(steps: Iterable[int], *, use_days: int) -> list[int]:
    """Return every distance between an anchor and a day on which a step of these offsets is of use, ascending."""
    return sorted({offset + late for offset in steps for late in range(use_days)})


def wanted(
    *,
    steps: Iterable[Step],
    use_days: int,
    anchor: date,
    about_on: date,
    before: Iterable[Planned],
    on: date,
    moves: bool,
    began: datetime | None = None,
) -> Step | None:
    """Return the step to plan on a day for one thing whose premise holds, or None when none is wanted.

    Of several steps that are of use the latest counts: after an outage nobody gets two reminders of one thing at once.
    ``moves`` says that the date of this thing may be moved; otherwise another date is another thing. ``began`` is when
    it was agreed, by the customer's clock and without a zone: nobody is reminded of what they have just said, by a step
    whose hour lay before it.
    """
    of_use = [
        step
        for step in steps
        if timedelta(0) <= on - _day(step, anchor) < timedelta(days=use_days)
        and (began is None or datetime.combine(_day(step, anchor), step.at) >= began)
    ]
    if not of_use:
        return None
    step = max(of_use, key=lambda each: (each.offset, each.at))
    day = _day(step, anchor)
    same = [each for each in before if each.offset == step.offset and (moves or each.about_on == about_on)]
    if any(not each.let_go and abs(each.step_on - day) < SAME_WITHIN for each in same):
        return None
    rounds = sum(each.let_go and each.about_on == about_on for each in same)
    return step if rounds < MOST_ROUNDS else None


def again_on(*, offset: int, step_on: date, steps: Iterable[int], use_days: int, today: date) -> date | None:
    """Return on which later day a step that did not reach the handset is sent again, or None when it is left.

    That is the next day, if the step is still of use then and no later one of ``steps`` has its turn by that day.
    """
    day = today + timedelta(days=1)
    if day - step_on >= timedelta(days=use_days):
        return None
    anchor = step_on - timedelta(days=offset)
    later = (anchor + timedelta(days=other) for other in steps if other > offset)
    return None if any(turn <= day for turn in later) else day


def _day(step: Step, anchor: date) -> date:
    return anchor + timedelta(days=step.offset)
