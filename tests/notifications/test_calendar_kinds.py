"""What the calendar begins beside reminders: money booked overnight, demands, schedules of large loans, advice."""

from datetime import date, datetime, timedelta

import pytest
from zeal import zeal_ignore

from collections_app.models import Account, Customer, Entry, Instalment, Promise, Transaction
from notifications.domain.targeting.moments import schedule_waits
from notifications.models import CustomerFeatures, Message, SandboxInbox
from notifications.services import planning, sending
from tests import factories

YESTERDAY = factories.TODAY - timedelta(days=1)
# A night that has seen nothing else of them.
SEEN = {"payments": 0, "autodebit": False, "product": "loan", "answer_channel": "", "language": "zh-hans"}


def _sent(kind: str, now: datetime) -> list[str]:
    """Plan today twice and tomorrow once, send today's, and return what the customer reads of a kind."""
    for on in (now.date(), now.date(), now.date() + timedelta(days=1)):
        planning.plan(on=on, now=now)
    with zeal_ignore():
        sending.send_due(now=now.replace(hour=11), worker="test")
    sent = Message.objects.filter(kind=kind, state="delivered").order_by("id").values_list("provider_id", flat=True)
    return [SandboxInbox.objects.get(provider_id=name).body for name in sent]


def _booked(customer: Customer, account: Account, *, money_fen: int, reference: str, now: datetime) -> None:
    Entry.objects.create(
        account=account, customer=customer, kind="adjustment", state="posted", amount_fen=-money_fen,
        money_fen=money_fen, earliest_on=YESTERDAY, latest_on=YESTERDAY, channel="core", reference=reference,
        occurred_at=now, recorded_at=now,
    )  # fmt: skip


def test_money_the_core_booked_or_took_back_is_said_once(bank: None, now: datetime) -> None:
    """What interest alone moved is no news, and OneCase's own payments have had their receipt."""
    for reference, money_fen in (("a", 30_000), ("b", -30_000), ("c", 0)):
        _booked(*factories.make_debtor(), money_fen=money_fen, reference=reference, now=now)
    came, went = _sent("balance_change", now)
    assert "11月19日入账300.00元" in came
    assert "11月19日有300.00元入账被冲回" in went


@pytest.mark.parametrize(("days", "demands"), [(31, 1), (45, 0)])
def test_a_demand_goes_out_on_its_days_only(bank: None, now: datetime, days: int, demands: int) -> None:
    """A month after the days of grace, with what a demand must say."""
    factories.make_debtor(account={"overdue_since": factories.TODAY - timedelta(days=days + 2)})
    texts = _sent("formal_demand", now)
    assert len(texts) == demands
    assert all("逾期34天" in text for text in texts)


def test_a_large_loan_gets_its_schedule_and_a_small_one_does_not(bank: None, now: datetime) -> None:
    """Ten days ahead: when, how much, and where all the other dates are."""
    for tail, fen in (("1111", 6_000_000), ("2222", 400_000)):
        customer, account = factories.make_debtor(
            account={"product": "loan", "tail": tail, "core_overdue_fen": 0, "overdue_since": None}
        )
        Instalment.objects.create(
            account=account, customer=customer, number=1, due_on=factories.TODAY + timedelta(days=10),
            principal_fen=fen, interest_fen=0,
        )  # fmt: skip
    [text] = _sent("loan_schedule", now)
    assert "尾号1111贷款11月30日应还60000.00元" in text
    assert "客户服务" in text


def test_the_schedule_waits_for_the_salary_as_the_rule_says() -> None:
    """On the day after it, when that is ten to four days before; else ten days before. February's last day is 28."""
    due = date(2027, 3, 9)
    expected = {27: 1, 28: 2, 29: 2, 30: 2, 31: 2, 26: 0, 1: 3, 2: 4, 3: 5, 4: 6}
    for salary_day in (None, *range(1, 32)):
        waits = schedule_waits(due_on=due, salary_day=salary_day)
        assert waits == expected.get(salary_day or 0, 0), salary_day


def test_the_planner_waits_for_the_salary_by_the_same_rule(bank: None, now: datetime) -> None:
    """A large instalment of 30 November: planned for one day, and on no other, though the planner runs every day."""
    expected = {}
    for salary_day, on in ((None, 20), (22, 23), (25, 26), (26, 20)):
        loan = {"product": "loan", "core_overdue_fen": 0, "overdue_since": None}
        customer, account = factories.make_debtor(account=loan)
        Instalment.objects.create(
            account=account, customer=customer, number=1, due_on=date(2026, 11, 30), principal_fen=6_000_000,
            interest_fen=0,
        )  # fmt: skip
        if salary_day is not None:
            CustomerFeatures.objects.create(customer=customer, **SEEN, salary_day=salary_day, computed_at=now)
        expected[customer.pk] = (date(2026, 11, on), date(2026, 11, 30))
    for day in range(19, 30):
        at = now.replace(day=day)
        planning.plan(on=at.date(), now=at)
    found = Message.objects.filter(kind="loan_schedule").order_by("customer_id")
    assert list(found.values_list("customer_id", "step_on", "about_on")) == [
        (customer, *days) for customer, days in expected.items()
    ]


@pytest.mark.parametrize(("channels", "advised"), [(("app", "web", "counter"), 1), (("app", "counter", "atm"), 0)])
def test_who_pays_mostly_by_mobile_is_advised_before_the_bill(
    bank: None, now: datetime, channels: tuple[str, ...], advised: int
) -> None:
    """Once in ninety days, and never with a link."""
    customer, account = factories.make_debtor(
        account={"core_overdue_fen": 0, "overdue_since": None, "due_on": factories.TODAY + timedelta(days=6)}
    )
    for channel in channels:
        Transaction.objects.create(
            account=account, customer=customer, on=YESTERDAY, kind="payment", channel=channel, amount_fen=1_000
        )
    texts = _sent("security_advice", now)
    assert len(texts) == advised
    assert all("不会索要密码和验证码" in text for text in texts)


def test_a_customer_with_two_accounts_is_advised_once(bank: None, now: datetime) -> None:
    """The text names none of them: the next bill's is no reason to say it again. Refused advice has told nobody."""
    customer, first = factories.make_debtor(
        account={"core_overdue_fen": 0, "overdue_since": None, "due_on": factories.TODAY + timedelta(days=6)}
    )
    for due in (5, 6):
        factories.make_account(
            customer, core_overdue_fen=0, overdue_since=None, due_on=factories.TODAY + timedelta(days=due),
            payoff_fen=100_000,
        )  # fmt: skip
    for channel in ("app", "web", "counter"):
        Transaction.objects.create(
            account=first, customer=customer, on=YESTERDAY, kind="payment", channel=channel, amount_fen=1_000
        )
    Message.objects.create(
        customer=customer, account=first, kind="security_advice", purpose="security", about_on=YESTERDAY,
        state="refused", reason="opted_out", planned_at=now, due_at=now - timedelta(days=30), provider="sandbox",
        expires_at=now - timedelta(days=29),
    )  # fmt: skip
    assert len(_sent("security_advice", now)) == 1
    assert Message.objects.filter(kind="security_advice").exclude(state="refused").count() == 1


def test_an_outage_of_three_days_skips_nothing_that_would_still_be_right(bank: None, now: datetime) -> None:
    """Neither the demand, whose next step is a month away, nor what has one step only."""
    lately = {"overdue_since": factories.TODAY - timedelta(days=20)}
    factories.make_debtor(account={"overdue_since": factories.TODAY - timedelta(days=31 + 3 + 2)})
    _booked(*factories.make_debtor(account=lately), money_fen=30_000, reference="a", now=now)
    Entry.objects.update(earliest_on=YESTERDAY - timedelta(days=3), latest_on=YESTERDAY - timedelta(days=3))
    customer, account = factories.make_debtor(account=lately)
    Promise.objects.create(
        customer=customer, account=account, department="service", taken_at=now - timedelta(days=9), state="broken",
        last_day=factories.TODAY - timedelta(days=4), total_fen=200_000, judged_at=now - timedelta(days=3),
    )  # fmt: skip
    planned = planning.plan(on=now.date(), now=now)
    assert {kind: new for kind, new in planned.items() if new} == {
        "formal_demand": 1, "balance_change": 1, "promise_broken": 1,
    }  # fmt: skip
