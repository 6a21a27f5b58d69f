"""Walls: a record that is one's own, a relative's or a colleague's is not there, wherever one looks."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from collections_app.models import (
    Account,
    CaseClaim,
    Conversation,
    Customer,
    HandOff,
    Staff,
    StaffTie,
    WallAttempt,
)
from collections_app.selectors import records as visible
from collections_app.selectors import walls as selector
from collections_app.selectors import worklists
from collections_app.services import calls, handoffs, holds, notes, records, walls
from collections_app.services.errors import RefusedError
from collections_app.services.ownership import assigning, distributing, previewing
from desk.selectors import surroundings
from tests import factories
from tests.collections_app.conftest import Debtor, TakeIn
from tests.collections_app.intake_files import row
from tests.collections_app.test_ownership import make_rule

pytestmark = pytest.mark.django_db

ROLES = ("collector", "supervisor", "service_agent", "auditor")


def declare(staff: Staff, customer: Customer, now: datetime, relation: str = "relative") -> StaffTie:
    return walls.declare(
        staff_id=staff.id, customer_no=customer.customer_no, relation=relation, note="本人申报", actor=records.SYSTEM,
        now=now,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "role"),
    # One's own also closes the unit, which is another matter for who sees the whole bank.
    [*(("relative", role) for role in ROLES), ("own", "collector"), ("own", "auditor"), ("colleague", "supervisor")],
)
def test_a_walled_record_is_nowhere_for_the_person_and_everywhere_for_others(
    client: Client, debtor: Debtor, now: datetime, role: str, relation: str
) -> None:
    """Pages, API, search, lists and files, for every role and every relation; tries are logged, and nothing tells."""
    person, free = factories.make_staff(role), factories.make_staff(role, branch=debtor.customer.branch)
    Customer.objects.filter(id=debtor.customer.id).update(name="陈晓梅独一")
    HandOff.objects.create(
        customer=debtor.customer, kind="callback", to_department=person.department, from_department="service",
        opened_at=now, due_at=now,
    )  # fmt: skip
    declare(person, debtor.customer, now, relation)
    if relation == "own":
        # One's own record is walled from the whole unit, but for those who watch over all of it.
        Staff.objects.filter(id=free.id).update(branch=factories.make_branch("SH"), scope="institution")
        free.refresh_from_db()
    number = debtor.customer.customer_no
    for reader, there in ((person, False), (free, True)):
        assert visible.scoped(reader, now=now).filter(id=debtor.customer.id).exists() is there
        assert worklists.open_cases(reader, now=now).filter(id=debtor.customer.id).exists() is there
        client.force_login(reader)
        # Who sees the whole bank names a purpose first; who is walled does not get so far.
        opens = {404} if not there else {200, 302}
        for address in (
            reverse("desk:record", args=[number]),
            reverse("desk:record_part", args=[number, "main"]),
            reverse("notifications:record", args=[number]),
            reverse("mediation:record", args=[number]),
        ):
            assert client.get(address).status_code in opens, address
        assert (client.get(reverse("desk:find") + f"?open={number}").status_code == 404) is not there
        assert (client.get(f"/api/records/{number}/").status_code == 404) is not there
        assert ("陈晓梅独一" in client.get("/find/", {"q": number, "purpose": "call_in"}).content.decode()) is there
        for address in ("/", "/handoffs/"):
            assert there or "陈晓梅独一" not in client.get(address).content.decode()
    tried = WallAttempt.objects.filter(customer=debtor.customer)
    assert set(tried.values_list("staff_id", flat=True)) == {person.id}
    assert {"open", "find"} <= set(tried.values_list("tried", flat=True))


WRITES: dict[str, Callable[[Debtor, records.Actor, datetime], object]] = {
    "note": lambda d, by, now: notes.add(customer_id=d.customer.id, text="x", actor=by, seen_version=None, now=now),
    "hold": lambda d, by, now: holds.place(
        customer_id=d.customer.id, kind="hardship", actor=by, seen_version=None, now=now
    ),
    "handoff": lambda d, by, now: handoffs.open_(
        customer_id=d.customer.id, kind="callback", actor=by, seen_version=None, now=now,
        carries=factories.carried("callback"),
    ),
    "call": lambda d, by, now: calls.start(
        customer_id=d.customer.id, contact_point_id=None, actor=by, seen_version=None, now=now
    ),
    "assign": lambda d, by, now: assigning.assign(
        customer_id=d.customer.id, account_ids=[d.account.id], to_staff_id=None, pool="", reason="x x", actor=by,
        seen_version=None, now=now,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRITES))
def test_a_service_refuses_who_is_walled_as_if_there_were_no_record(debtor: Debtor, now: datetime, what: str) -> None:
    """Even where no page leads: the refusal is the one for what does not exist, and it is noted."""
    person = factories.make_staff("supervisor")
    declare(person, debtor.customer, now)
    with pytest.raises(RefusedError, match="no_such_record"):
        WRITES[what](debtor, records.Actor.of(person), now)
    assert person.wall_tries == [(debtor.customer.id, "write")]


def test_the_wall_takes_back_what_the_person_had_and_nobody_gives_it_again(debtor: Debtor, now: datetime) -> None:
    """Accounts go to the pool and claims end; neither a rule, a plan nor a hand gives them back."""
    person, supervisor = factories.make_staff("collector"), factories.make_staff("supervisor")
    Account.objects.filter(id=debtor.account.id).update(owner=person)
    CaseClaim.objects.create(
        customer=debtor.customer, staff=person, queue="x", taken_at=now, expires_at=now + timedelta(minutes=5)
    )
    declare(person, debtor.customer, now)
    assert Account.objects.get(id=debtor.account.id).owner is None
    assert CaseClaim.objects.get().end == "released"
    make_rule(unit=person.branch)
    Staff.objects.filter(id=supervisor.id).update(role="branch_manager")
    supervisor.refresh_from_db()
    distributing.distribute(now=now)
    assert Account.objects.get(id=debtor.account.id).owner is None
    with pytest.raises(RefusedError, match="not_for_them"):
        assigning.assign(
            customer_id=debtor.customer.id, account_ids=[debtor.account.id], to_staff_id=person.id, pool="",
            reason="x x", actor=records.Actor.of(supervisor), seen_version=None, now=now,
        )  # fmt: skip
    plan = previewing.preview(
        selection=previewing.Selection(from_staff_id=0), goal="one", to_staff_ids=[person.id], pool="", reason="x x",
        actor=records.Actor.of(supervisor), now=now,
    )  # fmt: skip
    assert plan.lines.get().skip == "not_for_them"


def test_the_cores_file_gives_nobody_what_is_walled_from_them(take_in: TakeIn, now: datetime) -> None:
    """Whoever the core names: it waits in the pool."""
    person = factories.make_staff("collector")
    assert take_in(row(100), row(200)).state == "done"
    walled = Customer.objects.get(customer_no="C100")
    declare(person, walled, now)
    named = [row(number, owner=person.employee_no, billed="3900.00", payoff_valid_until="") for number in (100, 200)]
    assert take_in(*named, as_of=date(2026, 11, 20), at=now + timedelta(days=1)).state == "done"
    assert dict(Account.objects.values_list("customer__customer_no", "owner_id")) == {"C100": None, "C200": person.id}


def test_a_tie_that_ends_opens_the_record_again_and_nobody_ends_their_own(debtor: Debtor, now: datetime) -> None:
    """The mark on the record goes with its last tie."""
    person = factories.make_staff("compliance", scope="institution")
    tie = declare(person, debtor.customer, now)
    with pytest.raises(RefusedError, match="tie_already"):
        declare(person, debtor.customer, now)
    with pytest.raises(RefusedError, match="own_tie"):
        walls.end(tie_id=tie.id, actor=records.Actor.of(person), now=now)
    walls.end(tie_id=tie.id, actor=records.Actor.of(factories.make_staff("compliance")), now=now)
    assert visible.scoped(person, now=now).filter(id=debtor.customer.id).exists()
    assert not Customer.objects.get().walled


def test_the_pairs_say_what_the_one_question_says(debtor: Debtor, now: datetime) -> None:
    """Two ways to ask whose record is walled from whom, one answer."""
    person = factories.make_staff("collector")
    people = [person, factories.make_staff("collector"), factories.make_staff("auditor"),
              factories.make_staff("collector", branch=factories.make_branch("SH"))]  # fmt: skip
    declare(person, debtor.customer, now, "own")
    found = selector.pairs(staff_ids=[each.id for each in people], customer_ids=[debtor.customer.id])
    assert found[debtor.customer.id] == {
        each.id for each in people if selector.is_walled(staff=each, customer_id=debtor.customer.id)
    }
    assert found[debtor.customer.id] == {people[0].id, people[1].id}


def test_a_wall_gives_back_the_line_of_who_is_on_it_and_shows_them_no_call(debtor: Debtor, now: datetime) -> None:
    """The call is somebody else's to close: to the person the record is gone."""
    person = factories.make_staff("collector")
    by = records.Actor.of(person)
    calls.start(
        customer_id=debtor.customer.id, contact_point_id=None, actor=by, seen_version=None, now=now, inbound=True
    )
    assert surroundings.own_call(staff=person) is not None
    declare(person, debtor.customer, now)
    assert surroundings.own_call(staff=person) is None
    assert Conversation.objects.get().interrupted_at == now
