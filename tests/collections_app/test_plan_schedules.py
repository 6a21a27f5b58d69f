"""The schedule of a plan has versions: early money makes one, money that goes back and colleagues undo it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from collections_app.domain.arrangements import Cost
from collections_app.domain.instalments.schedules import Method, Wish, schedule
from collections_app.models import Account, Arrangement, Customer, Event, Hold, PlanSchedule, Staff
from collections_app.selectors import authority
from collections_app.services import authorities, payments, plan_endings, plans, records
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
# 3,600.00 in six instalments without interest, of which the first is due in ten days.
EACH, NUMBER = 60_000, 6


@pytest.fixture
@remembered
def plan(debtor: Debtor, supervisor: Staff, now: datetime) -> Arrangement:
    """Six instalments whose term stays when more is paid than is due."""
    return agree(debtor, supervisor, now, "term")


def agree(
    debtor: Debtor, staff: Staff, now: datetime, recalculates: str, lines: Sequence[tuple[int, int]] = ()
) -> Arrangement:
    """Agree on the six lines, or on lines of (principal, interest)."""
    days = [now.date() + timedelta(days=10 + 30 * place) for place in range(NUMBER)]
    method, rate = ("equal_instalment", Decimal(12)) if lines else ("interest_free", Decimal(0))
    lines = lines or [(EACH, 0)] * NUMBER
    with transaction.atomic():
        return plans.agree_within(
            customer=records.lock(customer_id=debtor.customer.id, now=now),
            account=Account.objects.get(id=debtor.account.id), source="negotiation", source_reference="x",
            instalments=[(day, sum(line)) for day, line in zip(days, lines, strict=True)], grace_days=3,
            actor=Actor.of(staff), agreed_by=staff, now=now, tolerance_fen=1_000,
            cost=Cost(
                method=method, annual_percent=rate, interest=[line[1] for line in lines], recalculates=recalculates
            ),
        )  # fmt: skip


def receive(debtor: Debtor, fen: int, at: datetime, reference: str = "R1") -> None:
    payments.record_received(
        account_id=debtor.account.id, amount_fen=fen, channel="app", reference=reference, occurred_at=at, now=at
    )


def lines(plan: Arrangement) -> list[tuple[int, int]]:
    return list(plan.instalments.order_by("number").values_list("amount_fen", "paid_fen"))


def put_back(plan: Arrangement, staff: Staff, now: datetime, **values: Any) -> Arrangement:
    plain = {
        "plan_id": plan.pk,
        "reason": "客户要求按原计划",
        "actor": Actor.of(staff),
        "seen_version": None,
        "now": now,
    }
    return plan_endings.put_schedule_back(**(plain | values))


def versions() -> list[tuple[int, str, int, int]]:
    rows = PlanSchedule.objects.order_by("version")
    return [(row.version, row.reason, row.early_fen, len(row.lines)) for row in rows]


def test_early_money_makes_a_new_version_and_money_that_goes_back_undoes_it(
    debtor: Debtor, plan: Arrangement, now: datetime
) -> None:
    """The first line and 1,500.00 beyond it: five of 300.00 are left. It bounces: six of 600.00, and nothing paid."""
    version = Customer.objects.get().version
    receive(debtor, EACH + 150_000, now)
    plan.refresh_from_db()
    assert (plan.state, plan.early_fen) == ("performing", 150_000)
    assert lines(plan) == [(EACH, EACH)] + [(30_000, 0)] * 5
    assert versions() == [(1, "agreed", 0, 6), (2, "early", 150_000, 6)]
    told = Event.objects.get(kind="plan.recalculated")
    assert (told.payload["number"], told.payload["amount_fen"]) == (6, EACH)
    assert Customer.objects.get().version > version
    # What is paid in its time changes nothing more.
    receive(debtor, 30_000, now + timedelta(days=39), "R2")
    assert lines(plan)[:3] == [(EACH, EACH), (30_000, 30_000), (30_000, 0)]
    payments.record_reversed(reference="R1", occurred_at=now, now=now + timedelta(days=40))
    plan.refresh_from_db()
    assert plan.early_fen == 0
    assert lines(plan) == [(EACH, 30_000)] + [(EACH, 0)] * 5
    assert versions()[2:] == [(3, "taken_back", 0, 6)]
    assert Hold.objects.filter(kind="agreement_active", released_at__isnull=True).count() == 1


def test_the_instalment_stays_and_the_plan_ends_sooner(debtor: Debtor, supervisor: Staff, now: datetime) -> None:
    """A line keeps its row and its day: what was planned or told of it still speaks of it."""
    plan = agree(debtor, supervisor, now, "instalment")
    before = {line.number: (line.pk, line.due_on) for line in plan.instalments.all()}
    receive(debtor, EACH + 150_000, now)
    assert lines(plan) == [(EACH, EACH), (50_000, 0), (50_000, 0), (50_000, 0)]
    assert {line.number: (line.pk, line.due_on) for line in plan.instalments.all()}.items() <= before.items()


def test_terms_that_say_nothing_of_it_keep_their_lines(debtor: Debtor, supervisor: Staff, now: datetime) -> None:
    plan = agree(debtor, supervisor, now, "")
    receive(debtor, EACH + 150_000, now)
    assert lines(plan) == [(EACH, EACH)] * 3 + [(EACH, 30_000)] + [(EACH, 0)] * 2
    assert versions() == []


def test_a_schedule_is_put_back_with_a_reason_by_who_may(
    debtor: Debtor, plan: Arrangement, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """That money pays the next instalments instead; money after it makes a new schedule again."""
    with pytest.raises(RefusedError) as nothing:
        put_back(plan, supervisor, now)
    assert nothing.value.code == "schedule_as_agreed"
    receive(debtor, EACH + 150_000, now)
    with pytest.raises(NotAllowedError):
        put_back(plan, collector, now)
    with pytest.raises(RefusedError) as empty:
        put_back(plan, supervisor, now, reason=" ")
    assert empty.value.code == "reason_missing"
    put_back(plan, supervisor, now)
    plan.refresh_from_db()
    assert lines(plan) == [(EACH, EACH)] * 3 + [(EACH, 30_000)] + [(EACH, 0)] * 2
    assert versions()[-1] == (3, "restored", 0, 6)
    assert (PlanSchedule.objects.latest("version").made_by, plan.early_fen) == (supervisor, 0)
    told = Event.objects.filter(kind="plan.recalculated").latest("id")
    assert (told.payload["reason"], told.actor) == ("restored", supervisor)
    receive(debtor, 40_000, now + timedelta(days=1), "R2")
    plan.refresh_from_db()
    assert (versions()[-1][1], plan.early_fen) == ("early", 40_000)
    assert sum(fen for fen, _ in lines(plan)) + plan.early_fen == EACH * NUMBER


def test_interest_is_not_taken_off_for_money_that_was_put_back(
    debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """1,830.00 put back to the lines, and 1,770.00 early forty days later: the interest of those days is owed."""
    made = schedule(Wish(Method.EQUAL_INSTALMENT, EACH * NUMBER, NUMBER, Decimal(12)))
    plan = agree(debtor, supervisor, now, "instalment", [(line.principal_fen, line.interest_fen) for line in made])
    receive(debtor, 183_000, now)
    put_back(plan, supervisor, now)
    receive(debtor, 177_000, now + timedelta(days=40), "R2")
    plan.refresh_from_db()
    rows = list(plan.instalments.all())
    assert (plan.state, [line.relieved_fen for line in rows]) == ("performing", [0] * len(rows))
    left = sum(line.due_fen - line.paid_fen for line in rows)
    assert 5_000 < left == sum(line.amount_fen for line in rows) + plan.early_fen - 360_000


def test_what_was_put_off_counts_whole_although_some_was_paid_early(
    debtor: Debtor, plan: Arrangement, supervisor: Staff, now: datetime
) -> None:
    """Else early money would give authority back that was used."""
    authorities.load()
    before = authority._granted(supervisor, debtor.account, now)["plan"]
    receive(debtor, EACH + 150_000, now)
    assert authority._granted(supervisor, debtor.account, now)["plan"] == before == (360_000, 360_000, 360_000)


def test_only_equal_instalments_can_say_what_stays(debtor: Debtor, supervisor: Staff, now: datetime) -> None:
    for cost in (Cost(method="balloon", recalculates="term"), Cost(method="interest_free", recalculates="never")):
        with pytest.raises(RefusedError) as refused, transaction.atomic():
            plans.check_within(
                customer=records.lock(customer_id=debtor.customer.id, now=now), account=debtor.account,
                instalments=[(now.date() + timedelta(days=10), EACH)], now=now, cost=cost,
            )  # fmt: skip
        assert refused.value.code == "plan_recalculation"


def test_versions_are_never_changed(debtor: Debtor, plan: Arrangement, now: datetime) -> None:
    """Nor is one put back by nobody, nor early money in a plan that does not know it."""
    receive(debtor, EACH + 150_000, now)
    last = PlanSchedule.objects.latest("version")
    for change in (lambda: PlanSchedule.objects.update(early_fen=1), lambda: PlanSchedule.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    for wrong in ({"version": last.version}, {"reason": "restored", "version": 9}, {"version": 9, "early_fen": -1}):
        row = {"reason": "early", "made_at": now, "lines": [], **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanSchedule.objects.create(arrangement=plan, customer=debtor.customer, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Arrangement.objects.update(recalculates="")


def test_the_record_shows_the_schedules_so_far(debtor: Debtor, plan: Arrangement, client: Any, now: datetime) -> None:
    receive(debtor, EACH + 150_000, now)
    colleague = factories.make_staff("supervisor", branch=debtor.customer.branch)
    client.force_login(colleague)
    page = client.get(f"/c/{debtor.customer.customer_no}/").content.decode()
    for words in ("1,500.00", "提前还款后重算", "签约时", f"/plan/{plan.pk}/put-back/"):
        assert words in page, words
