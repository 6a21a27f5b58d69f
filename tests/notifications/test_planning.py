"""Planning the reminders of a day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from zeal import zeal_ignore

from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    Arrangement,
    ArrangementInstalment,
    Branch,
    Customer,
    Hold,
    Instalment,
    Promise,
)
from collections_app.services import payments, promises
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
        seen_version=None, now=now - timedelta(days=1),
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
        customer=customer, account=account, source="mediation", source_reference="m1", agreed_at=now - timedelta(days=1)
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


def _kinds() -> dict[str, list[tuple[str, str, int]]]:
    found: dict[str, list[tuple[str, str, int]]] = {}
    for message in Message.objects.order_by("kind", "pk"):
        found.setdefault(message.kind, []).append((message.state, message.reason, message.round))
    return found


def test_what_lasts_uses_up_one_round_and_what_has_passed_is_planned_again(bank: None, now: datetime) -> None:
    """The last look knows more than the planner's query: own money beside the core, and where an account is placed."""
    _loan(TODAY + timedelta(days=3))
    loan = Instalment.objects.get().account
    customer, card = factories.make_debtor()
    promises.take(
        customer_id=customer.pk, account_id=card.pk, actor=Actor.of(factories.make_staff("service_agent")),
        parts=[Part(TODAY, 200_000), Part(TODAY + timedelta(days=5), 191_300)], seen_version=None,
        now=now - timedelta(days=1),
    )  # fmt: skip
    _, sold = factories.make_debtor(account={"overdue_since": TODAY - timedelta(days=3)})
    planning.plan(on=TODAY, now=now)
    Account.objects.filter(pk=sold.pk).update(placement="assigned")
    for account, fen in ((loan, 83_050), (card, 200_000)):
        payments.record_received(
            account_id=account.pk, amount_fen=fen, channel="app", reference=f"p{account.pk}", occurred_at=now, now=now
        )
    with zeal_ignore():
        for minutes in (1, 6, 11, 16):
            sending.send_due(now=now + timedelta(minutes=minutes), worker="test")
            assert set(planning.plan(on=TODAY, now=now + timedelta(minutes=minutes)).values()) == {0}
    assert _kinds() == {
        "loan_due": [("cancelled", "paid", 0)],
        "overdue_gentle": [("refused", "hold", 0)],
        "promise_due": [("cancelled", "paid", 0)],
    }
    later = now + timedelta(minutes=20)
    Account.objects.filter(pk=sold.pk).update(placement="in_house")
    for account in (loan, card):
        payments.record_reversed(reference=f"p{account.pk}", occurred_at=later, now=later)
    planned = planning.plan(on=TODAY, now=later)
    assert {kind for kind, new in planned.items() if new} == {"loan_due", "overdue_gentle", "promise_due"}
    with zeal_ignore():
        sending.send_due(now=later, worker="test")
    assert {rows[1] for rows in _kinds().values()} == {("delivered", "", 1)}


def test_what_had_no_way_is_planned_again_when_there_is_one(make_due: Callable, now: datetime) -> None:
    """A number that is added, and a provider that may carry it after all; until then it is refused once."""
    customer, _ = make_due()
    other, _ = make_due()
    number = factories.make_mobile(customer)
    customer.contact_points.update(quality="bad")
    Branch.objects.filter(pk=factories.make_branch("SH").pk).update(sms_provider="nobody")
    Customer.objects.filter(pk=other.pk).update(branch=factories.make_branch("SH"))
    for _ in range(3):
        planning.plan(on=TODAY, now=now)
    refused = Message.objects.filter(state="refused").order_by("customer_id")
    assert list(refused.values_list("reason", flat=True)) == ["no_contact_point", "no_such_provider"]
    customer.contact_points.filter(pk=number.pk).update(quality="verified")
    Branch.objects.filter(code="SH").update(sms_provider="sandbox")
    assert planning.plan(on=TODAY, now=now)["card_due"] == 2
    sending.send_due(now=now, worker="test")
    assert SandboxInbox.objects.count() == 2


def test_nobody_is_reminded_of_what_they_have_just_agreed_to(bank: None, now: datetime) -> None:
    """A promise of this morning for today, a plan whose first instalment is near: their hours lay before them."""
    customer, card = factories.make_debtor()
    promises.take(
        customer_id=customer.pk, account_id=card.pk, parts=[Part(TODAY, 200_000)], seen_version=None,
        actor=Actor.of(factories.make_staff("service_agent")), now=now,
    )  # fmt: skip
    holder, account = factories.make_debtor()
    plan = Arrangement.objects.create(
        customer=holder, account=account, source="mediation", source_reference="m1", agreed_at=now
    )
    for number, days in ((1, 1), (2, 4)):
        ArrangementInstalment.objects.create(
            arrangement=plan, customer=holder, number=number, due_on=TODAY + timedelta(days=days), amount_fen=100_000
        )
    for day in (0, 1):
        planned = planning.plan(on=TODAY + timedelta(days=day), now=now + timedelta(days=day))
        assert (planned["promise_due"], planned["plan_due"]) == (0, day), "the second instalment's step is tomorrow's"
