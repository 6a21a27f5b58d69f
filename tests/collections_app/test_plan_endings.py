"""What a plan replaced comes back when it is annulled; what was let off with it lapses; a branch has its own limits."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from collections_app.domain.arrangements import ArrangementState, Cost, Due, cost_problem, state_on
from collections_app.domain.promises import Part
from collections_app.models import Account, Arrangement, Authority, Customer, Event, Hold, Staff, Waiver
from collections_app.selectors import authority
from collections_app.services import authorities, payments, plan_endings, plan_proposals, plans, promises
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.remembered import remembered

TODAY = date(2026, 11, 20)
LINES = [(TODAY + timedelta(days=10), 100_000), (TODAY + timedelta(days=40), 100_000)]


@pytest.fixture
@remembered
def owing(debtor: Debtor) -> Debtor:
    """The debtor's card with late fees of 400 yuan."""
    authorities.load()
    Account.objects.filter(id=debtor.account.id).update(fees_fen=40_000, interest_fen=10_000, principal_fen=341_300)
    return debtor


@pytest.fixture
def negotiator() -> Staff:
    return factories.make_staff("negotiator")


def agree(owing: Debtor, staff: Staff, now: datetime, **values: Any) -> Arrangement | None:
    """Agree on two instalments at the desk, within one's authority; None when it had to be asked for."""
    asked = plan_proposals.agree_or_ask(
        customer_id=owing.customer.id,
        account_id=owing.account.id,
        terms=plan_proposals.Terms(**{"instalments": LINES, **values}),
        reason="收入下降",
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )
    return None if asked else Arrangement.objects.latest("id")


def annul(plan: Arrangement, staff: Staff, now: datetime) -> Arrangement:
    return plan_endings.annul(plan_id=plan.id, reason="登记有误", actor=Actor.of(staff), seen_version=None, now=now)


def in_force() -> list[tuple[str, str]]:
    return list(Hold.objects.filter(released_at__isnull=True).values_list("kind", "source"))


@pytest.mark.django_db
def test_the_promise_a_plan_replaced_is_in_force_again(
    owing: Debtor, collector: Staff, negotiator: Staff, supervisor: Staff, now: datetime
) -> None:
    """With its hold, and told; who agreed the plan does not annul it, and nobody does it twice."""
    promise = promises.take(
        customer_id=owing.customer.id, account_id=owing.account.id, parts=[Part(TODAY + timedelta(days=3), 100_000)],
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    plan = agree(owing, supervisor, now)
    assert plan is not None
    assert plan.ended_promise == promise
    with pytest.raises(NotAllowedError) as own:
        annul(plan, supervisor, now)
    assert own.value.code == "own_plan"
    with pytest.raises(NotAllowedError):
        annul(plan, negotiator, now)
    colleague = factories.make_staff("supervisor")
    annul(plan, colleague, now + timedelta(hours=1))
    promise.refresh_from_db()
    assert promise.state == "active"
    assert in_force() == [("promise_pending", f"promise:{promise.id}")]
    assert Customer.objects.get().status == "promise_active"
    assert Event.objects.get(kind="plan.annulled").payload["restored_promise"] == promise.id
    with pytest.raises(RefusedError):
        annul(plan, colleague, now)


@pytest.mark.django_db
def test_the_plan_before_comes_back_and_what_was_let_off_lapses(
    owing: Debtor, supervisor: Staff, now: datetime
) -> None:
    """One plan in place of another, with a waiver; annulled, the first is in force and the fee is owed again."""
    first = agree(owing, supervisor, now)
    assert first is not None
    with pytest.raises(RefusedError) as second:
        agree(owing, supervisor, now)
    assert second.value.code == "plan_in_force"
    later = now + timedelta(hours=1)
    plan = agree(owing, supervisor, later, replaces_id=first.id, waived={"late_fee": 5_000})
    assert plan is not None
    first.refresh_from_db()
    assert first.state == "varied"
    assert (Waiver.objects.get().arrangement, in_force()) == (plan, [("agreement_active", f"plan:{plan.id}")])
    account = Account.objects.get(id=owing.account.id)
    assert authority.owed(account)["late_fee"] == 35_000
    annul(plan, factories.make_staff("supervisor"), later)
    first.refresh_from_db()
    assert first.state == "performing"
    assert in_force() == [("agreement_active", f"plan:{first.id}")]
    assert authority.owed(account)["late_fee"] == 40_000


@pytest.mark.django_db
def test_a_breach_tells_what_is_owed_again(owing: Debtor, supervisor: Staff, now: datetime) -> None:
    agree(owing, supervisor, now, waived={"late_fee": 5_000})
    late = now + timedelta(days=14)
    Account.objects.update(data_as_of=late.date())
    assert plans.judge_due(now=late) == 1
    told = Event.objects.get(kind="plan.breached").payload
    assert (told["lapsed_fen"], told["overdue_fen"]) == (5_000, 391_300)


@pytest.mark.django_db
def test_a_branch_has_limits_of_its_own(owing: Debtor, negotiator: Staff, supervisor: Staff, now: datetime) -> None:
    """What anybody grants its customers in a month counts, to the fen; another branch's month is its own."""
    what = plan_proposals.Terms(LINES)
    row = Authority.objects.filter(role="negotiator", component="plan")
    row.update(most_branch_month_fen=399_999)
    other, account = factories.make_debtor(branch=owing.customer.branch)
    assert agree(Debtor(other, account), supervisor, now) is not None
    assert agree(owing, negotiator, now) is None
    elsewhere = Debtor(*factories.make_debtor(branch=factories.make_branch("SH")))
    assert plan_proposals.beyond(staff=negotiator, account=elsewhere.account, terms=what, now=now) == []
    row.update(most_branch_month_fen=400_000)
    assert plan_proposals.beyond(staff=negotiator, account=owing.account, terms=what, now=now) == []


@pytest.mark.django_db
def test_a_line_a_little_short_is_not_late(owing: Debtor, supervisor: Staff, now: datetime) -> None:
    """Ten yuan are missing: no breach; what is missing goes with the next, and after the last it is let be."""
    plan = agree(owing, supervisor, now)
    assert plan is not None
    late = now + timedelta(days=14)
    Account.objects.update(data_as_of=late.date())
    pay(owing, 99_000, now, "R1")
    assert plans.judge_due(now=late) == 0
    pay(owing, 100_000, late, "R2")
    end = now + timedelta(days=41)
    assert plans.judge_due(now=end) == 1
    plan.refresh_from_db()
    assert plan.state == "performed"


def pay(owing: Debtor, fen: int, at: datetime, reference: str) -> None:
    payments.record_received(
        account_id=owing.account.id, amount_fen=fen, channel="app", reference=reference, occurred_at=at, now=at
    )


def test_the_tolerance_holds_to_the_fen() -> None:
    """One fen more than the tolerance is late the day after."""
    days = {"today": LINES[0][0] + timedelta(days=1), "grace_days": 3, "tolerance_fen": 1_000}
    rest = Due(2, LINES[1][0], 100_000)
    assert state_on(instalments=[Due(1, LINES[0][0], 1_000), rest], **days) == ArrangementState.PERFORMING
    assert state_on(instalments=[Due(1, LINES[0][0], 1_001), rest], **days) == ArrangementState.LATE


@pytest.mark.parametrize(
    ("cost", "code"),
    [
        (Cost(kind="extension"), "plan_kind_of_other_product"),
        (Cost(kind="bill_instalments"), "plan_bill_is_overdue"),
        (Cost(kind="personal_plan", conditions=["willing"]), "plan_conditions_missing"),
        (Cost(interest=[1]), "plan_amounts_missing"),
        (Cost(interest=[1, 101]), "plan_amounts_missing"),
        (Cost(kind="personal_plan", conditions=["willing", "beyond_ability"], interest=[1, 100]), ""),
    ],
)
def test_each_kind_is_for_its_product_and_its_conditions(cost: Cost, code: str) -> None:
    assert cost_problem(cost, amounts=[100, 100], product="card", overdue_fen=1) == code


def test_an_asked_plan_keeps_its_cost() -> None:
    """As the request keeps it, and as one of before plans had a cost."""
    cost = Cost("personal_plan", "equal_instalment", Decimal("6.5"), Decimal("6.70"), (500, 400), ("willing",))
    terms = plan_proposals.Terms(LINES, cost=cost, waived={"late_fee": 1}, replaces_id=7)
    assert plan_proposals.Terms.of(terms.as_json()) == terms
    assert terms.principal_fen == 199_100
    old = {key: terms.as_json()[key] for key in ("instalments", "grace_days", "recording", "is_oral")}
    assert plan_proposals.Terms.of(old) == plan_proposals.Terms(LINES)
