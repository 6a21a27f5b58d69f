"""Who works an account: given by hand, by rules, by plans; leave cover; and what is released when somebody goes."""

# Long because the ways an account comes to somebody are told side by side.

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collections_app.domain.ownership.rules import Loads, RuleFacts, Waiting, assign
from collections_app.models import (
    Account,
    AssignmentRule,
    CaseClaim,
    Conversation,
    Customer,
    Event,
    LeaveCover,
    Reassignment,
    ReassignmentLine,
    Staff,
)
from collections_app.selectors import records as visible
from collections_app.selectors import worklists
from collections_app.selectors.ownership import workload
from collections_app.services import calls, leaving, notes, organisation, records
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.ownership import applying, assigning, covers, distributing, previewing
from collections_app.services.ownership.previewing import Selection
from tests import factories
from tests.collections_app.conftest import Debtor, TakeIn
from tests.collections_app.intake_files import row

pytestmark = pytest.mark.django_db


def own_by(staff: Staff, number: int = 1, **values: Any) -> list[Customer]:
    return [factories.make_debtor(account={"owner": staff}, **values)[0] for _ in range(number)]


def owner_of(customer: Customer) -> Staff | None:
    return Account.objects.select_related("owner").get(customer=customer).owner


def give(debtor: Debtor, to: Staff | None, by: Staff, now: datetime, **more: Any) -> int:
    return assigning.assign(
        **{
            "customer_id": debtor.customer.id, "account_ids": [debtor.account.id], "to_staff_id": to.id if to else None,
            "pool": "", "reason": "均衡负荷", "actor": records.Actor.of(by), "seen_version": None, "now": now, **more,
        }
    )  # fmt: skip


def plan_of(by: Staff, to: list[Staff], now: datetime, *, goal: str = "even", **selection: Any) -> Reassignment:
    return previewing.preview(
        selection=Selection(**selection), goal=goal, to_staff_ids=[person.id for person in to], pool="",
        reason="组内调整", actor=records.Actor.of(by), now=now,
    )  # fmt: skip


def test_an_account_given_by_hand_is_theirs_with_its_pool_and_its_history(
    debtor: Debtor, supervisor: Staff, collector: Staff, now: datetime
) -> None:
    """The record follows at once; the claim of who had it ends; the reason stays sealed with the event."""
    other = factories.make_staff("collector")
    give(debtor, other, supervisor, now)
    CaseClaim.objects.create(
        customer=debtor.customer, staff=other, queue="x", taken_at=now, expires_at=now + timedelta(minutes=5)
    )
    assert give(debtor, collector, supervisor, now) == 1
    account = Account.objects.get()
    assert (account.owner, account.placement) == (collector, "branch")
    assert Customer.objects.get().owner == collector
    event = Event.objects.filter(kind="account.owner_changed").latest("id")
    assert (event.payload["from"], event.payload["to"]) == (other.id, collector.id)
    assert event.text_row.text == "均衡负荷"
    assert CaseClaim.objects.get().end == "released"
    assert Customer.objects.get().version == event.version


def test_what_changed_since_refuses_the_assignment_of_one(
    debtor: Debtor, supervisor: Staff, collector: Staff, now: datetime
) -> None:
    """Two supervisors on one record: the second reads what the first has done."""
    seen = debtor.customer.version
    give(debtor, collector, supervisor, now)
    with pytest.raises(StaleWriteError):
        give(debtor, None, supervisor, now, seen_version=seen)


@pytest.mark.parametrize("to", ["elsewhere", "left", "mediator"])
def test_nobody_is_given_an_account_who_is_out_of_reach(
    debtor: Debtor, supervisor: Staff, now: datetime, to: str
) -> None:
    """Another unit's people, those who have left, and those who work no accounts."""
    person = {
        "elsewhere": lambda: factories.make_staff(branch=factories.make_branch("SH")),
        "left": lambda: factories.make_staff(is_active=False),
        "mediator": lambda: factories.make_staff("mediator"),
    }[to]()
    with pytest.raises(RefusedError, match="no_such_colleague"):
        give(debtor, person, supervisor, now)


def test_the_core_moves_an_account_only_when_it_names_somebody_else(take_in: TakeIn, now: datetime) -> None:
    """What a supervisor has given away stays given although the core's row changes and still names the first."""
    first, second, third = (factories.make_staff("collector") for _ in range(3))
    take_in(row(100, owner=first.employee_no))
    account = Account.objects.get()
    assigning.assign(
        customer_id=account.customer_id, account_ids=[account.id], to_staff_id=second.id, pool="", reason="x x",
        actor=records.SYSTEM, seen_version=None, now=now,
    )  # fmt: skip
    day = timedelta(days=1)
    changed = {"billed": "3900.00", "payoff_valid_until": ""}
    take_in(row(100, owner=first.employee_no, **changed), as_of=date(2026, 11, 20), at=now + day)
    assert Account.objects.get().owner == second
    take_in(row(100, owner=third.employee_no, **changed), as_of=date(2026, 11, 21), at=now + 2 * day)
    assert Account.objects.get().owner == third


def test_an_account_put_back_into_the_pool_is_not_given_back_by_the_next_file(take_in: TakeIn, now: datetime) -> None:
    """The core names the same owner as ever: that is no news."""
    owner = factories.make_staff("collector")
    take_in(row(100, owner=owner.employee_no))
    account = Account.objects.get()
    assigning.assign(
        customer_id=account.customer_id, account_ids=[account.id], to_staff_id=None, pool="", reason="x x",
        actor=records.SYSTEM, seen_version=None, now=now,
    )  # fmt: skip
    changed = row(100, owner=owner.employee_no, billed="3900.00", payoff_valid_until="")
    take_in(changed, as_of=date(2026, 11, 20), at=now + timedelta(days=1))
    assert Account.objects.get().owner is None


# --- Rules


def make_rule(**values: Any) -> AssignmentRule:
    defaults = {"name_zh": "规则", "name_en": "rule", "pool": "branch", "unit": factories.make_branch()}
    return AssignmentRule.objects.create(**(defaults | values))


def test_the_first_rule_that_fits_decides_and_the_load_is_even(supervisor: Staff, now: datetime) -> None:
    """By capacity: who can carry twice as much gets twice as many; run again nothing moves."""
    people = [factories.make_staff("collector", capacity=capacity, scope="book") for capacity in (100, 200)]
    Staff.objects.filter(id=supervisor.id).update(is_active=False)
    make_rule(position=1, product="loan", unit=None)
    make_rule(position=2, product="card")
    for _ in range(6):
        factories.make_debtor()
    loan = factories.make_debtor(account={"product": "loan"})[0]
    assert distributing.distribute(now=now) == 7
    assert workload.accounts_of([person.id for person in people]) == {people[0].id: 2, people[1].id: 4}
    assert owner_of(loan) is None
    assert distributing.distribute(now=now) == 0
    assert visible.scoped(people[0], now=now).count() == 2


def test_accounts_of_one_record_stay_together_and_a_full_hand_gets_nothing() -> None:
    """Pure: no database has a say in it."""
    rule = RuleFacts(1, None, "", (), 100, 1000, "branch", (1, 2))
    two = [Waiting(number, 7, 1, "card", "m1", 500) for number in (1, 2)]
    others = [
        Waiting(3, 8, 1, "card", "m1", 1000), Waiting(4, 9, 1, "card", "m1", 99), Waiting(5, 9, 1, "", "", 500, [2]),
    ]  # fmt: skip
    found = assign(accounts=[*two, *others], rules=[rule], loads=Loads({1: 9}, {1: 10, 2: 10}))
    assert [(each.account_id, each.owner_id) for each in found] == [(1, 2), (2, 2), (5, 1)]
    full = assign(accounts=two, rules=[rule], loads=Loads({1: 10, 2: 10}, {1: 10, 2: 10}))
    assert [each.owner_id for each in full] == [None, None]


def test_a_nightly_file_gives_what_is_nobodys_by_the_rules(take_in: TakeIn, now: datetime) -> None:
    """Before anybody comes to work."""
    person = factories.make_staff("collector")
    make_rule(unit=person.branch)
    take_in(row(100), row(200))
    assert set(Account.objects.values_list("owner_id", flat=True)) == {person.id}


# --- Plans


def test_a_preview_of_three_hundred_moves_nothing_and_says_of_each_line_why(supervisor: Staff, now: datetime) -> None:
    """From whom, to whom, what is skipped; and its queries do not grow with its lines."""
    before, after = factories.make_staff("collector"), factories.make_staff("collector", capacity=7)
    own_by(before, 4)
    placed = own_by(before)[0]
    Account.objects.filter(customer=placed).update(placement="placed")
    with CaptureQueriesContext(connection) as few:
        plan = plan_of(supervisor, [after], now, from_staff_id=before.id)
    assert sorted(plan.lines.values_list("skip", flat=True)) == ["", "", "", "", "placed"]
    assert set(Account.objects.values_list("owner_id", flat=True)) == {before.id}
    own_by(before, 5)
    with CaptureQueriesContext(connection) as more:
        plan = plan_of(supervisor, [after], now, from_staff_id=before.id)
    assert len(more) == len(few)
    assert sorted(plan.lines.values_list("skip", flat=True)) == [""] * 7 + ["full", "full", "placed"]


def test_a_plan_moves_what_it_showed_and_skips_what_changed_since(supervisor: Staff, now: datetime) -> None:
    """Moved to somebody else, on the line, or given away: not moved and said; a note in between changes nothing."""
    before, after, other = (factories.make_staff("collector") for _ in range(3))
    stays, noted, taken, talking = own_by(before, 4)
    plan = plan_of(supervisor, [after], now, goal="one", from_staff_id=before.id)
    notes.add(customer_id=noted.id, text="x", actor=records.Actor.of(before), seen_version=None, now=now)
    account = Account.objects.get(customer=taken)
    give(Debtor(taken, account), other, supervisor, now)
    calls.start(
        customer_id=talking.id, contact_point_id=None, actor=records.Actor.of(before), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    applying.apply(plan_id=plan.id, actor=records.Actor.of(supervisor), now=now)
    assert [owner_of(each) for each in (stays, noted, taken, talking)] == [after, after, other, before]
    became = dict(ReassignmentLine.objects.filter(plan=plan).values_list("customer_id", "became"))
    assert became == {stays.id: "moved", noted.id: "moved", taken.id: "changed", talking.id: "changed"}
    assert Customer.objects.get(id=stays.id).owner == after
    events = Event.objects.filter(kind="account.owner_changed", payload__plan=plan.id)
    assert [event.text_row.text for event in events] == ["组内调整"] * 2
    # Applied twice nothing moves twice.
    applying.apply(plan_id=plan.id, actor=records.Actor.of(supervisor), now=now)
    assert Event.objects.filter(kind="account.owner_changed", payload__plan=plan.id).count() == 2


def test_applying_costs_the_same_for_five_and_for_fifty(supervisor: Staff, now: datetime) -> None:
    """One batch, one set of statements."""
    before, after = factories.make_staff("collector"), factories.make_staff("collector")
    counted = []
    for number in (5, 30):
        own_by(before, number)
        plan = plan_of(supervisor, [after], now, from_staff_id=before.id)
        with CaptureQueriesContext(connection) as queries:
            applying.apply(plan_id=plan.id, actor=records.Actor.of(supervisor), now=now)
        counted.append(len(queries))
    assert counted[1] <= counted[0] + 2
    assert not Account.objects.filter(owner=before).exists()


def test_a_form_sent_twice_makes_one_plan_and_a_dropped_one_moves_nothing(supervisor: Staff, now: datetime) -> None:
    """A double click is no second preview."""
    before, after = factories.make_staff("collector"), factories.make_staff("collector")
    own_by(before)
    asked: dict[str, Any] = {
        "selection": Selection(from_staff_id=before.id), "goal": "one", "to_staff_ids": [after.id], "pool": "",
        "reason": "调整", "actor": records.Actor.of(supervisor), "now": now, "form_key": "k" * 20,
    }  # fmt: skip
    plan = previewing.preview(**asked)
    assert previewing.preview(**asked) == plan
    applying.drop(plan_id=plan.id, actor=records.Actor.of(supervisor))
    with pytest.raises(RefusedError, match="plan_dropped"):
        applying.apply(plan_id=plan.id, actor=records.Actor.of(supervisor), now=now)
    with pytest.raises(RefusedError, match="no_such_plan"):
        applying.apply(plan_id=plan.id, actor=records.Actor.of(factories.make_staff("supervisor")), now=now)


def test_the_book_of_who_left_is_rehomed_in_one_plan_before_the_sweep(supervisor: Staff, now: datetime) -> None:
    """Even by load, the people who are away left out."""
    left, one, two, away = (factories.make_staff("collector") for _ in range(4))
    own_by(left, 4)
    leaving.leave(staff_id=left.id, actor=records.SYSTEM, now=now)
    cover(away, one, now, by=supervisor)
    with pytest.raises(RefusedError, match="colleague_is_away"):
        plan_of(supervisor, [one, away], now, from_staff_id=left.id)
    plan = plan_of(supervisor, [one, two], now, from_staff_id=left.id)
    applying.apply(plan_id=plan.id, actor=records.Actor.of(supervisor), now=now)
    assert workload.accounts_of([one.id, two.id]) == {one.id: 2, two.id: 2}
    assert leaving.return_accounts(now=now) == 0


# --- Leave


def cover(away: Staff, by_whom: Staff, now: datetime, *, by: Staff, days: int = 3) -> LeaveCover:
    return covers.arrange(
        away_id=away.id, cover_id=by_whom.id, first_on=now.date(), last_on=now.date() + timedelta(days=days - 1),
        reason="年假", actor=records.Actor.of(by), now=now,
    )  # fmt: skip


def test_a_cover_opens_the_book_from_the_first_day_to_the_last_and_ends_by_itself(
    supervisor: Staff, now: datetime
) -> None:
    """Worklist, record and search follow; nobody has to end it."""
    away, stands_in = (factories.make_staff("collector", scope="book") for _ in range(2))
    theirs = own_by(away)[0]
    assert not visible.scoped(stands_in, now=now).exists()
    cover(away, stands_in, now, by=supervisor)
    for later, open_ in ((timedelta(0), True), (timedelta(days=2), True), (timedelta(days=3), False)):
        then = now + later
        assert visible.scoped(stands_in, now=then).filter(id=theirs.id).exists() is open_
        assert worklists.open_cases(stands_in, now=then).filter(id=theirs.id).exists() is open_
    assert owner_of(theirs) == away


def test_leave_begins_with_giving_back_the_claim_and_the_line(supervisor: Staff, now: datetime) -> None:
    """In one step, whoever forgot to."""
    away, stands_in = (factories.make_staff("collector") for _ in range(2))
    claimed, talking = own_by(away, 2)
    CaseClaim.objects.create(
        customer=claimed, staff=away, queue="x", taken_at=now, expires_at=now + timedelta(minutes=5)
    )
    calls.start(
        customer_id=talking.id, contact_point_id=None, actor=records.Actor.of(away), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    cover(away, stands_in, now, by=supervisor)
    assert covers.sweep(now=now) == 1
    assert covers.sweep(now=now) == 0
    assert CaseClaim.objects.get().end == "released"
    assert Conversation.objects.get().interrupted_at == now


def test_nobody_is_covered_twice_nor_by_who_is_away(supervisor: Staff, now: datetime) -> None:
    """Neither by themself, nor in days that are over."""
    one, two, three = (factories.make_staff("collector") for _ in range(3))
    first = cover(one, two, now, by=supervisor)
    for away, by_whom, code in ((one, three, "cover_already"), (three, one, "cover_is_away"), (two, three, "is_away")):
        with pytest.raises(RefusedError, match=code):
            cover(away, by_whom, now, by=supervisor)
    with pytest.raises(RefusedError, match="cover_by_oneself"):
        cover(three, three, now, by=supervisor)
    with pytest.raises(RefusedError, match="cover_days"):
        covers.arrange(
            away_id=three.id, cover_id=two.id, first_on=now.date() - timedelta(days=9),
            last_on=now.date() - timedelta(days=1), reason="", actor=records.Actor.of(supervisor), now=now,
        )  # fmt: skip
    covers.end(cover_id=first.id, actor=records.Actor.of(supervisor), now=now)
    assert cover(one, three, now, by=supervisor).cover == three


def test_who_moves_to_another_unit_gives_back_what_they_hold(collector: Staff, now: datetime) -> None:
    """The administrator's change does it in the same step."""
    talking = own_by(collector)[0]
    calls.start(
        customer_id=talking.id, contact_point_id=None, actor=records.Actor.of(collector), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    person = Staff.objects.get(id=collector.id)
    person.branch = factories.make_branch("SH")
    organisation.save_staff(row=person, actor=records.SYSTEM, now=now)
    assert Conversation.objects.get().interrupted_at == now


def test_workload_per_head_costs_four_queries_however_many_heads(supervisor: Staff, now: datetime) -> None:
    """Accounts, amount, promises due, hand-offs, and who stands in."""
    people = [factories.make_staff("collector", capacity=2) for _ in range(4)]
    own_by(people[0], 2)
    cover(people[1], people[2], now, by=supervisor)
    with CaptureQueriesContext(connection) as queries:
        loads = workload.per_head(people=people, now=now, today=now.date())
    assert len(queries) == 4
    assert (loads[0].staff, loads[0].accounts, loads[0].overdue_fen, loads[0].percent) == (people[0], 2, 782_600, 100)
    assert {load.staff.id: load.cover for load in loads}[people[1].id] == people[2]
