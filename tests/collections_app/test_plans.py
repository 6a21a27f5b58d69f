"""A plan is agreed as it can be kept, paid oldest first, and judged by the customer's own day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from collections_app.domain.arrangements import ArrangementState, Cost, Due, allocate, state_on
from collections_app.models import Account, Alert, Arrangement, Customer, Event, Hold
from collections_app.services import derivation, payments, plans, records
from collections_app.services.errors import RefusedError
from tests import factories
from tests.collections_app.conftest import Debtor

TODAY = date(2026, 11, 20)
FIRST, SECOND = TODAY + timedelta(days=10), TODAY + timedelta(days=40)
Agree = Callable[..., Arrangement]


@pytest.fixture
def agree(debtor: Debtor, now: datetime) -> Agree:
    """Agree on two instalments for the debtor's card, unless a test says otherwise."""

    def agreeing(instalments: list[tuple[date, int]] | None = None, **values: Any) -> Arrangement:
        plain = {
            "account": Account.objects.get(id=debtor.account.id),
            "source": "mediation",
            "source_reference": "M1",
            "instalments": [(FIRST, 200_000), (SECOND, 191_300)] if instalments is None else instalments,
            "grace_days": 3,
            "actor": records.SYSTEM,
            "now": now,
        }
        with transaction.atomic():
            customer = records.lock(customer_id=debtor.customer.id, now=now)
            return plans.agree_within(customer=customer, **(plain | values))

    return agreeing


def receive(debtor: Debtor, fen: int, at: datetime, reference: str) -> None:
    payments.record_received(
        account_id=debtor.account.id, amount_fen=fen, channel="app", reference=reference, occurred_at=at, now=at
    )


def paid(plan: Arrangement) -> list[int]:
    return list(plan.instalments.order_by("number").values_list("paid_fen", flat=True))


@pytest.mark.parametrize(
    ("instalments", "code"),
    [
        ([], "plan_amounts_missing"),
        ([(FIRST, 0)], "plan_amounts_missing"),
        ([(FIRST, 100), (SECOND, -1)], "plan_amounts_missing"),
        ([(SECOND, 100), (FIRST, 100)], "plan_dates_not_rising"),
        ([(FIRST, 100), (FIRST, 100)], "plan_dates_not_rising"),
        ([(TODAY - timedelta(days=1), 100)], "plan_starts_in_the_past"),
        ([(FIRST, 395_218), (SECOND, 1)], "plan_above_payoff"),
    ],
)
def test_a_plan_that_cannot_be_kept_as_written_is_refused(
    agree: Agree, instalments: list[tuple[date, int]], code: str
) -> None:
    """Amounts, rising days, none in the past, never more than pays the account off."""
    with pytest.raises(RefusedError) as refused:
        agree(instalments)
    assert refused.value.code == code
    assert not Arrangement.objects.exists()


def test_a_plan_may_begin_today_and_pay_the_account_off(agree: Agree) -> None:
    """The limits themselves are allowed, down to a fen."""
    plan = agree([(TODAY, 1), (SECOND, 395_217)])
    assert list(plan.instalments.order_by("number").values_list("number", "due_on", "amount_fen")) == [
        (1, TODAY, 1),
        (2, SECOND, 395_217),
    ]
    hold = Hold.objects.get()
    assert (hold.kind, hold.account, hold.source) == ("agreement_active", plan.account, f"plan:{plan.id}")
    event = Event.objects.filter(kind="plan.agreed").get()
    assert event.payload["instalments"][0] == {"due_on": "2026-11-20", "amount_fen": 1}


def test_a_plan_is_on_an_account_of_this_record_and_alone_in_force(agree: Agree, debtor: Debtor) -> None:
    """A stranger's account is none; a second account may have a plan of its own."""
    with pytest.raises(RefusedError) as refused:
        agree(account=factories.make_debtor()[1])
    assert refused.value.code == "no_such_account"
    agree()
    with pytest.raises(RefusedError) as second:
        agree(source_reference="M2")
    assert second.value.code == "plan_in_force"
    assert agree(account=factories.make_account(debtor.customer, payoff_fen=395_218), source_reference="M2").id


def test_a_broken_plan_makes_room_for_another(agree: Agree, now: datetime) -> None:
    """And says when it was broken; its hold has gone, and it is judged once."""
    plan = agree()
    late = now + timedelta(days=14)
    Account.objects.update(data_as_of=late.date())
    assert plans.judge_due(now=late) == 1
    assert plans.judge_due(now=late) == 0
    plan.refresh_from_db()
    assert (plan.state, plan.breached_at, plan.performed_at) == ("breached", late, None)
    assert Hold.objects.get().release_reason == "breached"
    assert agree([(SECOND, 100)], source_reference="M2", now=late).state == "performing"


def test_plans_are_judged_by_the_customers_own_day(agree: Agree, debtor: Debtor, now: datetime) -> None:
    """At 16:00 UTC the instalment's day is over in Shanghai; one second earlier it is not."""
    plan = agree()
    midnight = datetime.combine(FIRST + timedelta(days=1), datetime.min.time(), tzinfo=now.tzinfo)
    assert plans.judge_due(now=midnight - timedelta(seconds=1)) == 0
    assert plans.judge_due(now=midnight) == 1
    plan.refresh_from_db()
    assert plan.state == "late"
    assert Hold.objects.get().released_at is None


def test_a_late_plan_that_is_paid_goes_on(agree: Agree, debtor: Debtor, now: datetime) -> None:
    """Oldest first; the record shows it at once, and the end of the plan says when."""
    plan = agree()
    receive(debtor, 150_000, now, "R1")
    assert paid(plan) == [150_000, 0]
    late = now + timedelta(days=12)
    plans.judge_due(now=late)
    assert Customer.objects.get().status == "plan_late"
    receive(debtor, 60_000, late, "R2")
    assert paid(plan) == [200_000, 10_000]
    assert Customer.objects.get().status == "plan_active"
    receive(debtor, 181_300, late, "R3")
    plan.refresh_from_db()
    assert (plan.state, plan.performed_at, plan.breached_at) == ("performed", late, None)
    assert Event.objects.filter(kind="plan.performed").count() == 1
    assert not Event.objects.filter(kind="plan.breached").exists()
    assert not Hold.objects.filter(released_at__isnull=True).exists()


def test_a_bounced_payment_leaves_the_plan_newest_first(agree: Agree, debtor: Debtor, now: datetime) -> None:
    plan = agree()
    receive(debtor, 150_000, now, "R1")
    receive(debtor, 60_000, now, "R2")
    assert paid(plan) == [200_000, 10_000]
    payments.record_reversed(reference="R2", occurred_at=now, now=now)
    assert paid(plan) == [150_000, 0]


def test_money_for_one_account_does_not_pay_the_plan_of_another(agree: Agree, debtor: Debtor, now: datetime) -> None:
    plan = agree()
    other = Debtor(debtor.customer, factories.make_account(debtor.customer))
    receive(other, 1_000, now, "R1")
    assert paid(plan) == [0, 0]


@pytest.mark.parametrize(
    ("days", "state"), [(-1, "performing"), (0, "performing"), (1, "late"), (3, "late"), (4, "breached")]
)
def test_an_instalment_is_due_by_the_end_of_its_day_and_broken_after_its_grace(days: int, state: str) -> None:
    """Three days of grace; what is paid does not count, whichever is named first."""
    lines = [Due(2, SECOND, 100), Due(1, FIRST, 1), Due(0, TODAY, 0)]
    assert state_on(instalments=lines, today=FIRST + timedelta(days=days), grace_days=3) == state


def test_with_nothing_unpaid_a_plan_is_performed_however_late() -> None:
    assert state_on(instalments=[Due(1, FIRST, 0)], today=SECOND, grace_days=0) is ArrangementState.PERFORMED


def test_what_is_paid_beyond_the_plan_belongs_to_no_instalment() -> None:
    """The shares never exceed what is unpaid."""
    lines = [Due(1, FIRST, 50), Due(2, SECOND, 100)]
    assert allocate(instalments=lines, paid_fen=80) == [50, 30]
    assert allocate(instalments=lines, paid_fen=500) == [50, 100]


def test_who_has_paid_off_the_account_breaks_no_plan(agree: Agree, debtor: Debtor, now: datetime) -> None:
    """The core has charged no interest, so nobody can pay it: no line is late, and the plan ends kept.

    The money bounces: it is judged as it stands.
    """
    plan = agree([(FIRST, 200_000), (SECOND, 199_218)], cost=Cost(interest=[2_000, 2_000]))
    receive(debtor, 395_218, now + timedelta(days=41), "R1")
    plan.refresh_from_db()
    assert plan.state == "performed", "4,000 of interest are owed by the plan, and nothing by the core's books"
    payments.record_reversed(reference="R1", occurred_at=now, now=now + timedelta(days=42))
    plan.refresh_from_db()
    assert plan.state in {"late", "breached"}


def test_a_plan_is_not_late_while_nothing_is_owed(agree: Agree, debtor: Debtor, now: datetime) -> None:
    plan = agree([(FIRST, 398_218), (SECOND, 1_000)], cost=Cost(interest=[3_000, 1_000]))
    receive(debtor, 395_218, now + timedelta(days=9), "R1")
    late = now + timedelta(days=20)
    Account.objects.update(data_as_of=late.date())
    assert plans.judge_due(now=late) == 0
    plan.refresh_from_db()
    assert plan.state == "performing"


def test_a_plan_of_what_has_left_the_cores_file_is_not_broken(agree: Agree, debtor: Debtor, now: datetime) -> None:
    """Paid there, sold or moved: nobody knows, so what was let off stays, and somebody is told to find out.

    Back in the file it is judged again.
    """
    plan = agree()
    Account.objects.filter(id=debtor.account.id).update(closed_in_core=True)
    late = now + timedelta(days=90)
    for _each in range(2):
        assert plans.judge_due(now=late) == 0
    plan.refresh_from_db()
    assert (plan.state, plan.breached_at) == ("performing", None)
    told = Alert.objects.filter(kind="plan_account_gone", resolved_at__isnull=True)
    assert [(alert.branch, alert.detail) for alert in told] == [(debtor.customer.branch, {"plans": 1})]
    with transaction.atomic():
        derivation.derive(customer=debtor.customer, now=late)
    assert (debtor.customer.status, debtor.customer.next_step) == ("plan_active", "trace_account")
    Account.objects.filter(id=debtor.account.id).update(closed_in_core=False, data_as_of=late.date())
    assert plans.judge_due(now=late) == 1
    assert not told.all().exists(), "it is back"
    plan.refresh_from_db()
    assert plan.state == "breached"


def test_money_that_bounces_after_the_account_has_gone_brings_its_plan_back(
    agree: Agree, debtor: Debtor, now: datetime
) -> None:
    """Performed by it, and gone from the core's file: the plan is in force again, and its hold with it."""
    plan = agree()
    late = now + timedelta(days=50)
    receive(debtor, 391_300, late, "R1")
    Account.objects.filter(id=debtor.account.id).update(closed_in_core=True)
    payments.record_reversed(reference="R1", occurred_at=late, now=late)
    plan.refresh_from_db()
    assert (plan.state, plan.performed_at) == ("late", None)
    assert Hold.objects.filter(released_at__isnull=True).exists()
