"""Planning the reminders of a day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from collections_app.domain.promises import Part
from collections_app.models import Arrangement, ArrangementInstalment, Hold, Instalment, Promise
from collections_app.services import promises
from collections_app.services.records import Actor
from notifications.models import Message, ReminderRule, SandboxInbox
from notifications.services import planning, sending
from tests import factories

TODAY = factories.TODAY


def _loan(due_on: date, paid_fen: int = 0) -> None:
    customer, account = factories.make_debtor(
        account={"product": "loan", "core_overdue_fen": 0, "overdue_since": None, "due_on": None}
    )
    Instalment.objects.create(
        account=account, customer=customer, number=7, due_on=due_on, principal_fen=80_000, interest_fen=3_050,
        paid_fen=paid_fen,
    )  # fmt: skip


def test_a_loan_is_reminded_of_three_days_before(bank: None, now: datetime) -> None:
    """Not the paid instalment, and not the one due another day."""
    _loan(TODAY + timedelta(days=3))
    _loan(TODAY + timedelta(days=3), paid_fen=83_050)
    _loan(TODAY + timedelta(days=4))
    assert planning.plan(on=TODAY, now=now)["loan_due"] == 1
    sending.send_due(now=now, worker="test")
    assert "11月23日应还830.50元" in SandboxInbox.objects.get().body


def test_a_card_due_today_is_told_so_once_more(make_due: Callable, now: datetime) -> None:
    """With the code that leads to the page, until midnight."""
    make_due(account={"due_on": TODAY})
    planning.plan(on=TODAY, now=now)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.kind, message.variant) == ("due_today", "code")
    assert message.expires_at == now.replace(hour=0) + timedelta(days=1)


@pytest.mark.parametrize(("after_grace", "planned"), [(0, 0), (1, 1), (2, 1), (3, 0), (7, 1), (24, 1), (40, 0)])
def test_overdue_reminders_go_on_the_days_of_the_policy(
    bank: None, now: datetime, after_grace: int, planned: int
) -> None:
    """Counted from the end of grace, and made up for while of use; in grace nobody collects."""
    days = after_grace + 3
    factories.make_debtor(account={"overdue_since": TODAY - timedelta(days=days - 1), "due_on": None})
    assert planning.plan(on=TODAY, now=now)["overdue_gentle"] == planned


def test_a_rule_that_is_off_plans_nothing(make_due: Callable, now: datetime) -> None:
    """Days and hours are the bank's data."""
    make_due()
    ReminderRule.objects.update(active=False)
    assert planning.plan(on=TODAY, now=now) == {}


def test_a_promise_is_reminded_of_on_its_day_and_again_when_broken(bank: None, now: datetime) -> None:
    """Once each, with the amount still unpaid."""
    customer, account = factories.make_debtor()
    agent = factories.make_staff("service_agent")
    promises.take(
        customer_id=customer.pk, account_id=account.pk, parts=[Part(TODAY, 200_000)], actor=Actor.of(agent),
        seen_version=None, now=now,
    )  # fmt: skip
    assert planning.plan(on=TODAY, now=now)["promise_due"] == 1
    sending.send_due(now=now, worker="test")
    assert "11月20日还款2000.00元" in SandboxInbox.objects.get().body
    Promise.objects.update(state="awaiting_posting")
    Promise.objects.update(state="broken", judged_at=now)
    Hold.objects.update(released_at=now, release_reason="broken")
    assert planning.plan(on=TODAY, now=now)["promise_broken"] == 1
    assert planning.plan(on=TODAY, now=now)["promise_broken"] == 0


def test_an_instalment_of_a_plan_is_reminded_of(bank: None, now: datetime) -> None:
    """Its agreement stops collection, not the notice that helps to keep it."""
    customer, account = factories.make_debtor()
    plan = Arrangement.objects.create(
        customer=customer, account=account, source="mediation", source_reference="m1", agreed_at=now
    )
    for number in (1, 2):
        ArrangementInstalment.objects.create(
            arrangement=plan, customer=customer, number=number, due_on=TODAY + timedelta(days=3 + 30 * (number - 1)),
            amount_fen=100_000, interest_fen=600, relieved_fen=500 if number == 1 else 0,
        )  # fmt: skip
    Hold.objects.create(customer=customer, account=account, kind="agreement_active", source="plan:1", placed_at=now)
    assert planning.plan(on=TODAY, now=now)["plan_due"] == 1
    sending.send_due(now=now, worker="test")
    # Interest that is not owed any more is not asked for.
    assert "第1/2期995.00元" in SandboxInbox.objects.get().body


def test_a_record_on_hold_is_not_planned_for(make_due: Callable, now: datetime) -> None:
    """A hold that stops notices, but not one that has ended or is on another account."""
    customer, account = make_due()
    _, other = make_due()
    Hold.objects.create(customer=customer, account=account, kind="fraud_claim", placed_at=now)
    Hold.objects.create(
        customer=other.customer, account=other, kind="payment_pending", placed_at=now - timedelta(days=4), ends_at=now
    )
    assert planning.plan(on=TODAY, now=now)["card_due"] == 1


def test_planning_twice_plans_once(make_due: Callable, now: datetime) -> None:
    """However often beat wakes it."""
    make_due()
    assert planning.plan(on=TODAY, now=now)["card_due"] == 1
    assert planning.plan(on=TODAY, now=now)["card_due"] == 0
    assert Message.objects.count() == 1


def test_planning_costs_the_same_for_one_and_for_thirty(
    make_due: Callable, now: datetime, count_queries: Callable
) -> None:
    """A fixed number of queries a chunk."""
    make_due()
    one = count_queries(lambda: planning.plan(on=TODAY, now=now))
    for _ in range(30):
        make_due()
    many = count_queries(lambda: planning.plan(on=TODAY, now=now))
    assert Message.objects.count() == 31
    assert many == one


def test_an_instalment_paid_here_is_not_asked_for_again(bank: None, now: datetime) -> None:
    """The core's schedule knows the money only with its next file; the message planned before it is not sent."""
    _loan(TODAY + timedelta(days=3))
    planning.plan(on=TODAY, now=now)
    line = Instalment.objects.get()
    factories.make_received(line.account, 83_050, reference="P1", at=now)
    sending.send_due(now=now, worker="test")
    assert (Message.objects.get().state, Message.objects.get().reason) == ("cancelled", "paid")
    assert not SandboxInbox.objects.exists()
