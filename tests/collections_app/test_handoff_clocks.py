"""A hand-off's clock runs, stands still and climbs: before it is overdue, a step at a time, and never twice."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.models import Alert, Code, Event, HandOff, Hold, Staff
from collections_app.selectors import codes
from collections_app.services import codes as codes_service
from collections_app.services import handoffs
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.handing import escalation
from collections_app.services.records import Actor
from tests import factories, seeds
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def no_n_plus_one() -> None:
    """A sweep goes from record to record: each is a transaction of its own."""


@pytest.fixture(autouse=True)
def calendar(db: None, now: datetime) -> None:
    seeds.calendars(now=now)


def open_(debtor: Debtor, staff: Staff, now: datetime, kind: str = "document", **values: Any) -> HandOff:
    plain: dict[str, Any] = {
        "customer_id": debtor.customer.id, "kind": kind, "actor": Actor.of(staff), "seen_version": None, "now": now,
        "carries": factories.carried(kind),
    }  # fmt: skip
    return handoffs.open_(**(plain | values))


def move(handoff: HandOff, state: str, staff: Staff, now: datetime, text: str = "x") -> HandOff:
    return handoffs.move(
        handoff_id=handoff.id, state=state, actor=Actor.of(staff), seen_version=None, now=now, text=text
    )


def sweep(now: datetime) -> int:
    return escalation.sweep(now=now)


def test_it_climbs_before_it_is_overdue_a_step_at_a_time(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """To the unit's supervisor at three quarters, to the branch's manager at nine tenths, to compliance when over."""
    boss = factories.make_staff("supervisor", department="service")
    factories.make_staff("supervisor")
    manager, watch = factories.make_staff("branch_manager"), factories.make_staff("compliance", scope="institution")
    handoff = open_(debtor, collector, now, "dispute", account_id=debtor.account.id)
    told = []
    for _step in range(3):
        handoff.refresh_from_db()
        at = handoff.escalate_at
        assert at is not None
        assert sweep(at - timedelta(seconds=1)) == 0
        assert sweep(at) == 1
        assert sweep(at) == 0
        handoff.refresh_from_db()
        told.append((handoff.level, handoff.escalated_to, at < handoff.due_at, handoff.breached_at is not None))
    assert told == [(1, boss, True, False), (2, manager, True, False), (3, watch, False, True)]
    assert handoff.escalate_at is None
    assert sweep(handoff.due_at + timedelta(days=9)) == 0
    assert Event.objects.filter(kind="handoff.escalated").count() == 3


def test_the_bank_arranges_the_steps_between_as_rows(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """A step of its own comes first, one taken out of use is not waited for, and who is at the end climbs no more."""
    names = ("consumer_protection", "supervisor", "compliance")
    people = {role: factories.make_staff(role, department="service", scope="institution") for role in names}
    codes_service.load(now=now)
    actor = Actor.of(factories.make_staff("administrator"))
    own = Code(list_name="escalation_steps", code="early", name_zh="早", name_en="Early", position=5)
    data = {"percent": 50, "role": "consumer_protection"}
    codes_service.save(row=own, data=data, seen_version=None, actor=actor, now=now)
    handoff = open_(debtor, collector, now, "dispute", account_id=debtor.account.id)

    def climb() -> Staff | None:
        handoff.refresh_from_db()
        assert handoff.escalate_at is not None
        sweep(handoff.escalate_at)
        handoff.refresh_from_db()
        return handoff.escalated_to

    assert [climb(), climb(), climb()] == [people["consumer_protection"], people["supervisor"], people["supervisor"]]
    row = Code.objects.get(list_name="escalation_steps", code="branch_manager")
    row.active = False
    codes_service.save(row=row, data=row.data, seen_version=row.version, actor=actor, now=now)
    climb()
    assert (handoff.level, handoff.escalate_at) == (3, None)
    other = open_(debtor, collector, now, "document")
    for _step in range(3):
        other.refresh_from_db()
        assert other.escalate_at is not None
        sweep(other.escalate_at)
    other.refresh_from_db()
    assert (other.level, other.escalated_to, other.escalate_at) == (3, people["compliance"], None)
    assert other.breached_at is not None


def test_a_late_sweep_still_takes_one_step_at_a_time(debtor: Debtor, collector: Staff, now: datetime) -> None:
    handoff = open_(debtor, collector, now)
    late = handoff.due_at + timedelta(days=3)
    assert [sweep(late) for _ in range(4)] == [1, 1, 1, 0]


def test_an_urgent_risk_tells_the_supervisor_the_moment_it_comes_in(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    boss = factories.make_staff("supervisor")
    handoff = open_(debtor, collector, now, "risk_alert")
    assert handoff.due_at == now + timedelta(minutes=5)
    assert sweep(now) == 1
    handoff.refresh_from_db()
    assert (handoff.level, handoff.escalated_to) == (1, boss)


def test_its_branch_is_alarmed_while_any_is_near_its_deadline(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """With how many; the alert ends by itself when the work is done."""
    handoff = open_(debtor, collector, now)
    assert handoff.escalate_at is not None
    sweep(handoff.escalate_at)
    alert = Alert.objects.get(kind="handoff_late")
    assert (alert.branch, alert.detail) == (debtor.customer.branch, {"climbed": 1, "overdue": 0})
    move(handoff, "done", factories.make_staff("service_agent"), now)
    sweep(now)
    alert.refresh_from_db()
    assert alert.resolved_at == now


def test_the_clock_stands_still_while_the_customer_has_to_bring_something(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Two hours of waiting move a deadline of the bank's by two hours; meanwhile it does not climb."""
    agent = factories.make_staff("service_agent")
    handoff = open_(debtor, collector, now)
    due = handoff.due_at
    with pytest.raises(RefusedError):
        move(handoff, "waiting", agent, now, text=" ")
    handoff = move(handoff, "waiting", agent, now, text="请寄身份证复印件")
    assert (handoff.escalate_at, handoff.waiting_since) == (None, now)
    handoff = move(handoff, "in_work", agent, now + 2 * HOUR)
    assert (handoff.due_at, handoff.waiting_since) == (due + 2 * HOUR, None)
    assert handoff.escalate_at is not None


def test_a_deadline_set_by_law_never_stands_still(debtor: Debtor, collector: Staff, now: datetime) -> None:
    officer = factories.make_staff("operations")
    handoff = open_(debtor, collector, now, "credit_objection")
    due = handoff.due_at
    handoff = move(handoff, "waiting", officer, now)
    handoff = move(handoff, "in_work", officer, now + 5 * HOUR)
    assert handoff.due_at == due == now + timedelta(days=20)


def test_the_urgent_step_of_a_fraud_claim_leaves_the_office_its_days(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """One hour to block, by the clock; then five working days."""
    handoff = open_(debtor, collector, now, "fraud_claim", account_id=debtor.account.id)
    assert handoff.due_at == now + HOUR
    handoff = move(handoff, "accepted", factories.make_staff("operations"), now)
    assert handoff.due_at == now + timedelta(days=7)


def test_the_sender_contests_what_is_done_and_the_supervisor_hears_at_once(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """Not who did it, not the other side, and not after a week; the deadline begins anew."""
    boss = factories.make_staff("supervisor", department="service")
    agent = factories.make_staff("service_agent")
    handoff = move(open_(debtor, collector, now), "done", agent, now)
    with pytest.raises(NotAllowedError):
        move(handoff, "contested", agent, now)
    with pytest.raises(RefusedError) as late:
        move(handoff, "contested", collector, now + timedelta(days=8))
    assert late.value.code == "handoff_contested_late"
    handoff = move(handoff, "contested", collector, now + HOUR, text="客户没有收到")
    assert (handoff.state, handoff.closed_at, handoff.escalate_at) == ("contested", None, now + HOUR)
    assert sweep(now + HOUR) == 1
    handoff.refresh_from_db()
    assert handoff.escalated_to == boss
    assert move(handoff, "done", agent, now + 2 * HOUR).state == "done"


def test_whoever_did_the_work_does_not_contest_it_themselves(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Within one department as well."""
    handoff = open_(debtor, collector, now, "callback", due_at=now + HOUR)
    handoff = move(handoff, "done", collector, now)
    with pytest.raises(RefusedError) as own:
        move(handoff, "contested", collector, now)
    assert own.value.code == "own_work_contested"
    assert move(handoff, "contested", factories.make_staff("collector"), now).state == "contested"


def test_what_the_receiver_says_and_what_the_sender_says_is_kept_apart(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    agent = factories.make_staff("service_agent")
    handoff = open_(debtor, collector, now)
    for state in ("accepted", "in_work", "waiting", "returned"):
        with pytest.raises(NotAllowedError):
            move(handoff, state, collector, now)
    with pytest.raises(NotAllowedError):
        move(handoff, "withdrawn", agent, now)
    assert move(handoff, "accepted", agent, now).accepted_by == agent
    assert set(handoffs.may_follow(handoff=handoff, department="service", staff_id=agent.id, now=now)) == {
        "accepted", "in_work", "waiting", "returned", "done",
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "hold"), [(k, r.hold) for k, r in codes.shipped().handoffs.items() if r.hold])
def test_opening_one_places_its_hold_and_ending_it_releases_it(
    debtor: Debtor, collector: Staff, now: datetime, kind: str, hold: str
) -> None:
    """In the same transaction; the end of one leaves what another needs. A death does not end with the papers."""
    customer = debtor.customer
    account = debtor.account.id
    handoff = open_(debtor, collector, now, kind, account_id=account)
    placed = Hold.objects.get(customer=customer, kind=hold)
    assert placed.source == f"handoff:{handoff.id}"
    open_(debtor, collector, now, kind, account_id=account)
    assert Hold.objects.filter(customer=customer, kind=hold, released_at__isnull=True).count() == 2
    receiver = Actor.of(factories.make_staff("collector", department=handoff.to_department))
    handoffs.move(handoff_id=handoff.id, state="done", actor=receiver, seen_version=None, now=now, text="x")
    placed.refresh_from_db()
    assert (placed.released_at is None) == (hold == "deceased")
    assert Hold.objects.filter(customer=customer, kind=hold, released_at__isnull=True).exists()


def test_a_hand_off_whose_hold_cannot_be_placed_is_not_opened(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """A dispute of no account of a record that owes nothing: neither stands."""
    other = factories.make_customer()
    with pytest.raises(RefusedError) as refused:
        open_(debtor, collector, now, "dispute", customer_id=other.id)
    assert refused.value.code == "account_missing"
    assert not HandOff.objects.exists()
