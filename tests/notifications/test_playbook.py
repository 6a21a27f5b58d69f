"""The playbook's steps: the definition, and the planner's SQL, which must say the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from collections_app.models import Account, Hold
from notifications.domain.kinds import KINDS
from notifications.domain.playbook import MOST_ROUNDS, SAME_WITHIN, Planned, Step, lags, wanted
from notifications.models import Message, ReminderRule
from notifications.services import planning
from tests import factories, seeds
from tests.shared import kept_for_module

DUE = date(2026, 12, 1)
STEPS = (Step(-7, time(9, 30)), Step(-3, time(9, 30)))
OFFSETS = [step.offset for step in STEPS]
KIND = KINDS["card_due"]


def _want(on: date, *before: Planned, anchor: date = DUE, moves: bool = True) -> int | None:
    step = wanted(
        steps=STEPS, use_days=KIND.valid_days, anchor=anchor, about_on=anchor, before=before, on=on, moves=moves
    )
    return step.offset if step else None


def _planned(offset: int, anchor: date = DUE, state: str = "delivered", reason: str = "") -> Planned:
    return Planned(offset, anchor + timedelta(days=offset), anchor, state, reason)


@pytest.mark.parametrize(
    ("days_before", "offset"), [(8, None), (7, -7), (5, -7), (4, None), (3, -3), (1, -3), (0, None)]
)
def test_a_step_is_wanted_from_its_day_on_while_it_is_of_use(days_before: int, offset: int | None) -> None:
    """An outage is made up for within the days of use, and never after them."""
    assert _want(DUE - timedelta(days=days_before)) == offset


def test_a_date_that_moves_a_little_repeats_nothing() -> None:
    """A bill back-dated by a day is the bill the customer was told of; one a month later is another."""
    told = _planned(-3)
    assert _want(DUE - timedelta(days=2), told, anchor=DUE + timedelta(days=1)) is None
    assert _want(DUE + timedelta(days=28), told, anchor=DUE + timedelta(days=31)) == -3


def test_what_was_let_go_is_planned_again_but_not_for_ever() -> None:
    """Paused and resumed within its days of use: it goes out; what was expired or sent does not."""
    on = DUE - timedelta(days=2)
    for state, reason, again in (
        ("refused", "hold", True), ("cancelled", "payment_in_flight", True), ("cancelled", "expired", False),
        ("refused", "opted_out", False), ("unknown", "timeout", False), ("planned", "", False),
    ):  # fmt: skip
        assert (_want(on, _planned(-3, state=state, reason=reason)) == -3) is again, (state, reason)
    assert _want(on, *[_planned(-3, state="refused", reason="hold")] * MOST_ROUNDS) is None


def test_another_part_of_a_promise_is_another_thing() -> None:
    """Its day does not move: five days later is the next part, not the same one moved."""
    other = _planned(-3, DUE - timedelta(days=5))
    assert _want(DUE - timedelta(days=3), other, moves=False) == -3
    assert _want(DUE - timedelta(days=3), other, moves=True) is None


def test_a_step_whose_hour_lay_before_the_beginning_is_not_wanted() -> None:
    """Agreed at ten, on a step's day: not by that step of half past nine, and not by one before; the next one is."""
    for began, on, offset in (
        (datetime.combine(DUE - timedelta(days=3), time(9)), DUE - timedelta(days=3), -3),
        (datetime.combine(DUE - timedelta(days=3), time(10)), DUE - timedelta(days=3), None),
        (datetime.combine(DUE - timedelta(days=2), time(8)), DUE - timedelta(days=2), None),
        (datetime.combine(DUE - timedelta(days=5), time(8)), DUE - timedelta(days=3), -3),
    ):
        found = wanted(
            steps=STEPS, use_days=KIND.valid_days, anchor=DUE, about_on=DUE, before=[], on=on, moves=True, began=began
        )
        assert (found.offset if found else None) == offset, began


def test_after_an_outage_the_latest_step_counts() -> None:
    """Two steps of use on one day: nobody gets two reminders of one thing at once."""
    near = (Step(-3, time(9)), Step(-2, time(9)))
    step = wanted(steps=near, use_days=3, anchor=DUE, about_on=DUE, before=[], on=DUE - timedelta(days=2), moves=True)
    assert step is not None
    assert step.offset == -2
    assert lags([-3, -2], use_days=3) == [-3, -2, -1, 0]


# --- the planner against the definition ---------------------------------------------------------------

_EVENTS = st.sampled_from(["pay", "owe", "pause", "resume", "sent", "day", "day", "day", "run", "run", "outage"])
_MOVES = st.builds(lambda days: ("move", days), st.integers(min_value=-9, max_value=31))


@dataclass
class _Life:
    """What happens to one card, and what the definition says was to be planned."""

    account: Account
    now: datetime
    on: date
    owing: bool = True
    held: bool = False
    due_on: date = DUE
    planned: list[Planned] = field(default_factory=list)

    def happen(self, event: object) -> None:
        if isinstance(event, tuple):
            self.due_on = self.due_on + timedelta(days=event[1])
        elif event in ("pay", "owe"):
            self.owing = event == "owe"
        elif event in ("pause", "resume"):
            self.held = event == "pause"
        elif event == "sent":
            Message.objects.filter(state="planned").update(state="cancelled", reason="paid")
            self.planned = [
                Planned(each.offset, each.step_on, each.about_on, "cancelled", "paid")
                if each.state == "planned"
                else each
                for each in self.planned
            ]
        elif event == "run":
            self._run()
        else:
            self.on += timedelta(days=3 if event == "outage" else 1)
        Account.objects.filter(pk=self.account.pk).update(due_on=self.due_on, billed_fen=391_300 if self.owing else 0)
        Hold.objects.filter(account=self.account).delete()
        if self.held:
            Hold.objects.create(
                customer_id=self.account.customer_id, account=self.account, kind="fraud_claim", placed_at=self.now
            )

    def _run(self) -> None:
        planning.plan(on=self.on, now=self.now)
        if not self.owing or self.held:
            return
        step = wanted(
            steps=STEPS, use_days=KIND.valid_days, anchor=self.due_on, about_on=self.due_on, before=self.planned,
            on=self.on, moves=True,
        )  # fmt: skip
        if step:
            self.planned.append(Planned(step.offset, self.due_on + timedelta(days=step.offset), self.due_on, "planned"))

    def check(self) -> None:
        rows = Message.objects.values_list("step", "step_on", "about_on", "state", "reason")
        assert sorted(rows) == sorted(
            (each.offset, each.step_on, each.about_on, each.state, each.reason) for each in self.planned
        )
        kept = [each for each in self.planned if not each.let_go]
        for one in kept:
            same = [
                each for each in kept if each.offset == one.offset and abs(each.step_on - one.step_on) < SAME_WITHIN
            ]
            assert same == [one], "doubled"


@pytest.fixture(scope="module")
def card(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Account]:
    """Keep one card whose bill is reminded of in two steps, for all tests here."""

    def make() -> Account:
        seeds.rule_packs(now=factories.START)
        seeds.texts(now=factories.START)
        ReminderRule.objects.exclude(kind="card_due").delete()
        ReminderRule.objects.update(days=OFFSETS)
        _, account = factories.make_debtor(
            account={"core_overdue_fen": 0, "overdue_since": None, "due_on": DUE, "statement_on": factories.TODAY}
        )
        return account

    with kept_for_module(django_db_blocker, make) as account:
        yield account


@pytest.mark.django_db
def test_the_planner_plans_exactly_what_the_definition_says(card: Account, now: datetime) -> None:
    """Whatever happens to the account in whatever order, outages included: nothing skipped, doubled or too late."""

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.lists(st.one_of(_EVENTS, _EVENTS, _MOVES), min_size=4, max_size=16))
    def check(events: list[object]) -> None:
        atomic = transaction.atomic()
        # As the tests' own: inside it a service may begin what must be the outermost transaction.
        atomic._from_testcase = True  # type: ignore[attr-defined]
        with atomic:
            life = _Life(card, now, DUE - timedelta(days=8))
            for event in [*events, "run"]:
                life.happen(event)
            life.check()
            transaction.set_rollback(True)

    check()


@pytest.mark.django_db
def test_a_branch_follows_its_own_steps(card: Account, now: datetime) -> None:
    """Instead of the bank's; a step for another product or stage is not for this account."""
    on = DUE - timedelta(days=5)
    rule = ReminderRule.objects.get()
    other = ReminderRule.objects.create(kind="card_due", days=[-5], at=time(11), branch=card.customer.branch)
    assert planning.plan(on=on, now=now) == {"card_due": 1}
    assert Message.objects.get().step == -5
    Message.objects.all().delete()
    other.delete()
    for change in ({"product": "loan", "stages": []}, {"product": "", "stages": ["m3"]}):
        ReminderRule.objects.filter(pk=rule.pk).update(**change)
        assert planning.plan(on=on, now=now) == {"card_due": 0}
    ReminderRule.objects.filter(pk=rule.pk).update(product="card", stages=["m0"])
    assert planning.plan(on=on, now=now) == {"card_due": 1}
    message = Message.objects.get()
    assert message.lane == card.customer.branch_id
    assert message.due_at == datetime.combine(DUE - timedelta(days=7), time(9, 30), tzinfo=now.tzinfo)
    assert message.expires_at == datetime.combine(DUE - timedelta(days=4), time(0), tzinfo=now.tzinfo)
