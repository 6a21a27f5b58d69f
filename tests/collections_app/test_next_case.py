"""The next case: each is given to one person, whoever asks when; a claim ends, and nobody goes without."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from collections_app.domain.worklists.claims import LASTS, REST
from collections_app.domain.worklists.conditions import Condition
from collections_app.domain.worklists.views import View, queue_view
from collections_app.models import Branch, CaseClaim, Conversation, Customer, PermitRefusal, Staff
from collections_app.services import notes
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from collections_app.services.worklists import giving, keeping
from tests import factories

TO_CONTACT = queue_view("to_contact")


def cases(number: int, branch: Branch, **values: Any) -> list[Customer]:
    """Open cases that wait to be called, the first the most urgent."""
    rows = [
        Customer(
            customer_no=f"N{branch.code}{index:06}",
            branch=branch,
            name="陈晓梅",
            created_at=factories.START,
            derived_at=factories.START,
            case_number=f"{branch.code}-26-{index:06}",
            **{"queue": "to_contact", "next_step": "call", "priority": number - index} | values,
        )
        for index in range(number)
    ]
    return Customer.objects.bulk_create(rows)


def ask(staff: Staff, now: datetime, view: View = TO_CONTACT, done_with: int | None = None) -> Customer | None:
    given = giving.next_case(actor=Actor.of(staff), view=view, now=now, done_with=done_with)
    return given.claim.customer if given else None


@pytest.fixture
def branch(db: None) -> Branch:
    return factories.make_branch("BJ")


@pytest.fixture
def two(branch: Branch) -> tuple[Staff, Staff]:
    return factories.make_staff("collector"), factories.make_staff("collector")


pytestmark = pytest.mark.django_db(transaction=True)


def test_the_most_urgent_case_comes_first_and_to_one_person(
    branch: Branch, two: tuple[Staff, Staff], now: datetime
) -> None:
    """A colleague gets the one after it; who asks again gets the same one again."""
    first, second, _third = cases(3, branch)
    assert ask(two[0], now) == first
    assert ask(two[1], now) == second
    assert ask(two[0], now) == first
    assert CaseClaim.objects.count() == 2


def test_one_is_done_with_a_case_by_asking_for_the_next(
    branch: Branch, two: tuple[Staff, Staff], now: datetime
) -> None:
    """Worked on it rests for everybody; passed over it rests for oneself and is the first a colleague gets."""
    first, second, third = cases(3, branch)
    ask(two[0], now)
    notes.add(customer_id=first.id, text="无人接听", actor=Actor.of(two[0]), seen_version=None, now=now)
    assert ask(two[0], now, done_with=first.id) == second
    assert ask(two[0], now, done_with=second.id) == third
    assert ask(two[1], now) == second
    ends = dict(CaseClaim.objects.filter(staff=two[0]).values_list("customer_id", "end"))
    assert ends == {first.id: "worked", second.id: "passed_over", third.id: ""}
    assert ask(two[1], now + REST, done_with=second.id) in {first, third}


def test_who_passes_over_everything_is_given_it_again(branch: Branch, two: tuple[Staff, Staff], now: datetime) -> None:
    """An agent always gets a case as long as one is free."""
    (only,) = cases(1, branch)
    ask(two[0], now)
    assert ask(two[0], now, done_with=only.id) == only


def test_a_plan_whose_account_has_vanished_is_no_case_to_call(
    branch: Branch, two: tuple[Staff, Staff], now: datetime
) -> None:
    """Only annulling the plan ends it, and the branch's alert tells the supervisor; a call finds nothing out."""
    gone, left = cases(2, branch)
    Customer.objects.filter(pk=gone.pk).update(next_step="trace_account", next_step_at=now)
    assert ask(two[0], now) == left
    assert ask(two[1], now) is None


def test_a_claim_runs_out_and_work_renews_it(branch: Branch, two: tuple[Staff, Staff], now: datetime) -> None:
    """After a quarter of an hour without work the case is the next colleague's; a note keeps it."""
    (only,) = cases(1, branch)
    ask(two[0], now)
    later = now + LASTS - timedelta(seconds=1)
    assert ask(two[1], later) is None
    notes.add(customer_id=only.id, text="核对地址", actor=Actor.of(two[0]), seen_version=None, now=later)
    assert ask(two[1], now + LASTS) is None
    assert ask(two[1], later + LASTS) == only
    assert CaseClaim.objects.get(staff=two[0]).end == "expired"


def test_opening_a_record_renews_ones_own_claim_alone(branch: Branch, two: tuple[Staff, Staff], now: datetime) -> None:
    """A colleague who looks changes nothing."""
    (only,) = cases(1, branch)
    ask(two[0], now)
    for staff, moved in ((two[1], 0), (two[0], 60)):
        keeping.look(customer_id=only.id, staff=staff, now=now + timedelta(seconds=60))
        assert CaseClaim.objects.get().expires_at == now + LASTS + timedelta(seconds=moved)


def test_signing_out_and_closing_the_case_end_a_claim(branch: Branch, two: tuple[Staff, Staff], now: datetime) -> None:
    """What was claimed is free at once."""
    first, second = cases(2, branch)
    ask(two[0], now)
    assert keeping.sign_out(staff=two[0], now=now) == 1
    assert ask(two[1], now) == first
    keeping.follow_within(customer_id=first.id, kind="case.closed", staff=None, now=now)
    assert list(CaseClaim.objects.order_by("id").values_list("end", flat=True)) == ["signed_out", "closed"]
    assert ask(two[0], now) == first
    assert ask(two[1], now) == second


def test_a_supervisor_releases_and_nobody_else(
    branch: Branch, two: tuple[Staff, Staff], supervisor: Staff, now: datetime
) -> None:
    """Only of cases in scope, and only what is claimed."""
    (only,) = cases(1, branch)
    ask(two[0], now)
    with pytest.raises(NotAllowedError):
        giving.release(customer_id=only.id, actor=Actor.of(two[1]), now=now)
    far = factories.make_staff("supervisor", branch=factories.make_branch("SH"))
    with pytest.raises(RefusedError, match="no_such_record"):
        giving.release(customer_id=only.id, actor=Actor.of(far), now=now)
    released = giving.release(customer_id=only.id, actor=Actor.of(supervisor), now=now)
    assert (released.end, released.ended_by) == ("released", supervisor)
    with pytest.raises(RefusedError, match="case_not_claimed"):
        giving.release(customer_id=only.id, actor=Actor.of(supervisor), now=now)


def test_only_those_who_call_are_given_cases(branch: Branch, auditor: Staff, now: datetime) -> None:
    """Auditors read."""
    cases(1, branch)
    with pytest.raises(NotAllowedError):
        ask(auditor, now)


def test_what_cannot_be_begun_is_not_given(
    branch: Branch, two: tuple[Staff, Staff], collector: Staff, now: datetime
) -> None:
    """On the line, waiting for a hold, to be called back later, refused until later, called a moment ago, elsewhere."""
    busy, held, later, refused, called, free = cases(6, branch)
    cases(1, factories.make_branch("SH"), priority=99)
    contact = busy.contacts.create(channel="voice", purpose="collection", department="collections", at=now)
    Conversation.objects.create(
        customer=busy, contact=contact, staff=collector, department="collections", started_at=now
    )
    Customer.objects.filter(id=held.id).update(next_step="await_hold")
    Customer.objects.filter(id=later.id).update(next_step="call_back", next_step_at=now + timedelta(minutes=1))
    PermitRefusal.objects.create(
        customer=refused, channel="voice", purpose="collection", reason="cap_reached", at=now, until=now + REST
    )
    called.contacts.create(channel="voice", purpose="collection", department="collections", at=now, state="made")
    assert ask(two[0], now) == free
    assert ask(two[1], now) is None
    # What was derived anew since the refusal is asked anew.
    Customer.objects.filter(id=refused.id).update(derived_at=now + timedelta(seconds=1))
    assert ask(two[1], now + timedelta(seconds=1)) == refused


def test_calls_back_that_are_due_come_first_ones_own_before_others(
    branch: Branch, two: tuple[Staff, Staff], now: datetime
) -> None:
    """Whatever queue one works, but within the kind of cases one has chosen."""
    cases(2, branch)
    theirs, own, english = (
        Customer.objects.create(
            customer_no=f"B{index}",
            branch=branch,
            name="李志强",
            created_at=now,
            derived_at=now,
            case_number=f"B-{index}",
            queue="callback",
            next_step="call_back",
            next_step_at=now - timedelta(minutes=10 - index),
            owner=two[owner],
            language=language,
        )
        for index, (owner, language) in enumerate([(1, "zh-hans"), (0, "zh-hans"), (0, "en")])
    )
    chinese = TO_CONTACT.narrowed((Condition("language", ("zh-hans",)),))
    assert ask(two[0], now, view=chinese) == own
    assert ask(two[0], now, view=chinese, done_with=own.id) == theirs
    third = ask(two[0], now, view=chinese, done_with=theirs.id)
    assert third is not None
    assert third.queue == "to_contact"
    assert ask(two[1], now) == theirs
    assert ask(two[1], now, done_with=theirs.id) == own
    assert ask(two[1], now, done_with=own.id) == english


AGENTS, CASES = 160, 800


def test_160_agents_on_800_cases_claim_each_case_once(branch: Branch, now: datetime) -> None:
    """All at once, again and again until nothing is left: no case twice, everybody their five, no deadlock."""
    cases(CASES, branch)
    people = [
        Staff(
            username=f"agent{index}",
            employee_no=f"A{index:05}",
            display_name="员工",
            role="collector",
            department="collections",
            scope="branch",
            branch=branch,
        )
        for index in range(AGENTS)
    ]
    Staff.objects.bulk_create(people)
    lines = 16
    gate = threading.Barrier(lines)
    got: Counter[int] = Counter()
    taken: list[int] = []
    empty = []

    def work(line: int) -> None:
        try:
            gate.wait(timeout=30)
            mine = people[line::lines]
            done: dict[int, int] = {}
            for _ in range(CASES // AGENTS):
                for staff in mine:
                    case = ask(staff, now, done_with=done.get(staff.id))
                    if case is None:
                        empty.append(staff.id)
                        continue
                    done[staff.id] = case.id
                    taken.append(case.id)
                    got[staff.id] += 1
                    CaseClaim.objects.filter(staff=staff, ended_at=None).update(worked_at=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(lines) as pool:
        list(pool.map(work, range(lines)))
    assert not empty
    assert len(taken) == len(set(taken)) == CASES
    assert set(got.values()) == {CASES // AGENTS}
    assert CaseClaim.objects.count() == CASES


def test_the_same_person_asking_twice_at_once_gets_one_case(
    branch: Branch, two: tuple[Staff, Staff], now: datetime
) -> None:
    """Two tabs, one claim."""
    cases(8, branch)
    gate = threading.Barrier(4)

    def work(_: int) -> Customer | None:
        try:
            gate.wait(timeout=30)
            return ask(two[0], now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        given = set(pool.map(work, range(4)))
    assert len(given - {None}) == CaseClaim.objects.count() == 1


def test_a_connection_lost_in_mid_claim_frees_the_case(branch: Branch, two: tuple[Staff, Staff], now: datetime) -> None:
    """Who asks meanwhile gets the next one, and after the loss the first is free again."""
    first, second = cases(2, branch)
    locked, lost = threading.Event(), threading.Event()
    backend: list[int] = []

    @transaction.atomic
    def claim_and_die() -> None:
        Customer.objects.select_for_update().get(id=first.id)
        giving._claim(two[0], first, TO_CONTACT, now)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend.append(cursor.fetchone()[0])
        locked.set()
        assert lost.wait(timeout=30)
        CaseClaim.objects.count()

    def die() -> None:
        try:
            with pytest.raises(OperationalError):
                claim_and_die()
        finally:
            connection.close()

    thread = threading.Thread(target=die)
    thread.start()
    assert locked.wait(timeout=30)
    assert ask(two[1], now) == second
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", backend)
    lost.set()
    thread.join(timeout=30)
    assert CaseClaim.objects.count() == 1
    assert ask(two[0], now) == first


def test_a_case_that_is_being_written_is_waited_for_when_it_is_the_last(
    branch: Branch, two: tuple[Staff, Staff], now: datetime
) -> None:
    """Skipping what is locked must not leave somebody without a case that is free in a moment."""
    (only,) = cases(1, branch)
    locked = threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                Customer.objects.select_for_update().get(id=only.id)
                locked.set()
                time.sleep(0.4)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert locked.wait(timeout=30)
    assert ask(two[0], now) == only
    thread.join(timeout=30)
