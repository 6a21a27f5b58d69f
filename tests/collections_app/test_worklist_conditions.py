"""Conditions of a worklist: what PostgreSQL answers is what plain Python says, page by page, in every order."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collections_app.domain.clocks.limitation import LEVELS
from collections_app.domain.next_steps import QUEUES
from collections_app.domain.told.verdicts import TOLD_STATES
from collections_app.domain.worklists import conditions as words
from collections_app.domain.worklists.conditions import Condition, ConditionError
from collections_app.domain.worklists.orders import ORDERS
from collections_app.domain.worklists.views import View
from collections_app.models import (
    Account,
    CaseClaim,
    Contact,
    Customer,
    Guarantee,
    HandOff,
    Hold,
    LimitationClock,
    Promise,
    RelatedPerson,
    Staff,
)
from collections_app.models.fields import token
from collections_app.selectors import worklists
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

KNOWN = {
    "status": ["to_contact", "lost", "promise_active"],
    "stage": ["m1", "m2", "m3"],
    "hold": ["hardship", "dispute", "illness"],
    "branch": ["BJ", "SH"],
}


@dataclass
class Known:
    """What the oracle knows of one case; nothing of it is read from the database."""

    row: Customer
    days: int
    products: set[str]
    contact_days: int | None
    promises: set[str]
    holds: set[str]
    handoffs: set[str] = field(default_factory=set)
    claimed_by: Staff | None = None
    passed_over: int = 0
    limitation: set[str] = field(default_factory=set)
    guarantee: set[str] = field(default_factory=set)


@pytest.fixture
def bank(now: datetime) -> tuple[Staff, list[Known]]:
    """Sixty cases with everything a condition can ask about, from a fixed die."""
    die = random.Random(7)
    me, colleague = factories.make_staff("collector"), factories.make_staff("collector")
    return me, [_case(index, die, me, colleague) for index in range(60)]


# Long because it sets one case, fact by fact.
def _case(index: int, die: random.Random, me: Staff, colleague: Staff) -> Known:
    row = Customer.objects.create(
        customer_no=f"K{index:04}",
        branch=factories.make_branch("BJ"),
        name="陈晓梅",
        created_at=NOW,
        derived_at=NOW,
        case_number=f"BJ-{index:04}",
        queue=die.choice(list(QUEUES)),
        status=die.choice(KNOWN["status"]),
        stage=die.choice(KNOWN["stage"]),
        next_step=die.choice(["call", "call_back", "await_hold"]),
        next_step_at=die.choice([None, NOW, NOW + timedelta(minutes=die.randrange(5))]),
        language=die.choice(["zh-hans", "en"]),
        told_state=die.choice(list(TOLD_STATES)),
        owner=die.choice([None, me, colleague]),
        overdue_fen=die.randrange(5) * 100_000,
        priority=die.randrange(4),
    )
    known = Known(row, die.choice([0, 5, 40, 95]), set(), None, set(), set())
    known.products = {product for product in ("card", "loan") if die.random() < 0.5}
    account, _other = (_account(known, index, product) for product in ("card", "loan"))
    Customer.objects.filter(id=row.id).update(stage_account=account)
    if die.random() < 0.6:
        known.contact_days = die.choice([1, 8, 40])
        at = NOW - timedelta(days=known.contact_days)
        Contact.objects.create(customer=row, channel="sms", purpose="x", department="service", at=at, state="made")
    for state in die.sample(["active", "broken", "kept", "withdrawn"], die.randrange(3)):
        known.promises.add(state)
        Promise.objects.create(
            customer=row, account=account, state=state, department="service", taken_at=NOW, last_day=NOW, total_fen=1
        )
    for kind in die.sample(KNOWN["hold"], die.randrange(3)):
        ends = die.choice([None, NOW + timedelta(days=1), NOW])
        known.holds |= {kind} if ends != NOW else set()
        Hold.objects.create(customer=row, kind=kind, placed_at=NOW - timedelta(days=3), ends_at=ends)
    if die.random() < 0.3:
        state, to = die.choice(["open", "accepted", "done"]), die.choice(["service", "legal"])
        known.handoffs |= {to} if state != "done" else set()
        HandOff.objects.create(
            customer=row, kind="x", state=state, to_department=to, from_department="service", opened_at=NOW, due_at=NOW
        )
    _claims(known, index, die, me, colleague)
    _clocks(known, account, index)
    return known


def _account(known: Known, index: int, product: str) -> Account:
    return Account.objects.create(
        customer=known.row,
        account_no="1",
        account_token=token(f"{index}{product}", space="account"),
        tail="0001",
        product=product,
        data_as_of=date(2026, 11, 19),
        created_at=NOW,
        overdue_fen=100 if product in known.products else 0,
        days_past_due=known.days,
    )


def _clocks(known: Known, account: Account, index: int) -> None:
    """Limitation of one account, and of some a guarantee: near, far, over or unknown."""
    near, other = list(LEVELS)[index % 6], list(LEVELS)[index // 6 % 6]
    known.limitation |= {near}
    LimitationClock.objects.create(account=account, customer=known.row, level=near)
    if index % 2:
        known.guarantee |= {other}
        person = RelatedPerson.objects.create(
            customer=known.row, name="x", relation="guarantor", role="guarantor", provenance="on_file", recorded_at=NOW
        )
        Guarantee.objects.create(
            customer=known.row, account=account, person=person, kind="joint", evidence="x", level=other, recorded_at=NOW
        )


def _claims(known: Known, index: int, die: random.Random, me: Staff, colleague: Staff) -> None:
    """Passed over a few times, with or without work in between; two are claimed now."""
    for back in sorted(die.sample(range(1, 12), die.randrange(4)), reverse=True):
        end = die.choice(["passed_over", "passed_over", "worked"])
        at = NOW - timedelta(days=back)
        CaseClaim.objects.create(
            customer=known.row, staff=me, queue="x", taken_at=at, expires_at=at, ended_at=at, end=end
        )
        known.passed_over = 0 if end == "worked" else known.passed_over + (back < 7)
    if index in {3, 4}:
        known.claimed_by = me if index == 3 else colleague
        lasts = NOW + timedelta(minutes=1)
        CaseClaim.objects.create(customer=known.row, staff=known.claimed_by, queue="x", taken_at=NOW, expires_at=lasts)


def fits(known: Known, condition: Condition, me: Staff) -> bool:
    """Say of one case whether it fits one condition: the oracle."""
    row, values = known.row, set(condition.values)
    low, high = condition.low or 0, condition.high if condition.high is not None else 10**18
    groups = {"active": "pending", "broken": "broken", "kept": "kept"}
    whose = {None: "nobody", me.id: "me"}
    holder = known.claimed_by
    answers: dict[str, Any] = {
        "queue": lambda: row.queue in values,
        "status": lambda: row.status in values,
        "stage": lambda: row.stage in values,
        "step": lambda: row.next_step in values,
        "language": lambda: row.language in values,
        "told": lambda: row.told_state in values,
        "branch": lambda: row.branch.code in values,
        "owner": lambda: whose.get(row.owner_id, "others") in values,
        "product": lambda: bool(known.products & values),
        "overdue": lambda: low <= row.overdue_fen <= high,
        "days": lambda: low <= known.days <= high,
        "quiet": lambda: known.contact_days is None or known.contact_days >= low,
        "promise": lambda: bool(
            {groups.get(state, "") for state in known.promises} & values or ("none" in values and not known.promises)
        ),
        "hold": lambda: bool(
            known.holds & values or ("any" in values and known.holds) or ("none" in values and not known.holds)
        ),
        "vulnerable": lambda: ("yes" if known.holds & {"hardship", "illness"} else "no") in values,
        "handoff": lambda: bool(known.handoffs & values),
        "claimed": lambda: ("no" if holder is None else "me" if holder == me else "others") in values,
        "passed_over": lambda: known.passed_over >= low,
        "limitation": lambda: bool(known.limitation & values),
        "guarantee": lambda: bool(known.guarantee & values),
    }
    return bool(answers[condition.field]())


def _codes(name: str) -> list[str]:
    asked = words.FIELDS[name]
    return [*(asked.terms if asked.terms is not None else KNOWN[name]), *asked.more]


def _condition(name: str) -> st.SearchStrategy[Condition]:
    shape = words.FIELDS[name].shape
    if shape == words.Shape.CODES:
        chosen = st.lists(st.sampled_from(_codes(name)), min_size=1, max_size=3, unique=True)
        return chosen.map(lambda values: words.of_codes(name, values, KNOWN))
    if shape == words.Shape.NUMBER:
        return st.integers(0, 9).map(lambda low: words.of_range(name, low, None))
    step = 100_000 if shape == words.Shape.FEN else 20
    ends = st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5))
    return ends.map(
        lambda end: words.of_range(name, end[0] * step, (end[0] + (end[1] or 0)) * step if end[1] else None)
    )


CONDITIONS = st.lists(st.sampled_from(list(words.FIELDS)).flatmap(_condition), max_size=3)


def test_postgresql_answers_what_python_says(bank: tuple[Staff, list[Known]], now: datetime) -> None:
    """Any three conditions, in any order of the list, walked page by page: each case once, none missing."""
    me, cases = bank

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(asked=CONDITIONS, order=st.sampled_from(list(ORDERS)), size=st.integers(1, 25))
    def check(asked: list[Condition], order: str, size: int) -> None:
        view = View("v1", "", "", tuple(asked), order)
        expected = {item.row.id for item in cases if all(fits(item, condition, me) for condition in asked)}
        assert worklists.counts(me, [view], now=now) == {"v1": len(expected)}
        found, after = [], None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(worklists, "PAGE", size)
            while True:
                page = worklists.page(staff=me, view=view, now=now, after=after)
                found += [row.id for row in page.rows]
                after = page.next_after
                if after is None:
                    break
        assert len(found) == len(set(found))
        assert set(found) == expected
        rows = {item.row.id: item.row for item in cases}
        keys = [_key(rows[number], order) for number in found]
        assert keys == sorted(keys)

    check()


def test_every_field_alone_tells_cases_apart(bank: tuple[Staff, list[Known]], now: datetime) -> None:
    """No field is forgotten: each is asked by itself with each of its codes, or two ranges."""
    me, cases = bank
    for name, asked in words.FIELDS.items():
        ranges = [words.of_range(name, low, None) for low in (1, 8)] if asked.shape != words.Shape.CODES else []
        for condition in ranges or [words.of_codes(name, [code], KNOWN) for code in _codes(name)]:
            expected = {item.row.id for item in cases if fits(item, condition, me)}
            found = worklists.matching(staff=me, view=View("v1", "", "", (condition,)), now=now)
            assert set(found.values_list("id", flat=True)) == expected, condition


def _key(row: Customer, order: str) -> tuple[Any, int]:
    if order == "waiting":
        return row.next_step_at or NOW + timedelta(days=99_999), row.id
    return -(row.overdue_fen if order == "amount" else row.priority), row.id


@settings(max_examples=100, deadline=None, database=None)
@given(asked=CONDITIONS)
def test_a_condition_survives_its_address_and_its_row(asked: list[Condition]) -> None:
    """What is written into an address or a row is read back as the same."""
    by_field = {item.field: item for item in asked if item.field != "queue"}
    query = QueryDict(mutable=True)
    for item in by_field.values():
        for name, value in item.parameters():
            query.appendlist(name, value)
    found, wrong = words.read_parameters({name: query.getlist(name) for name in query}, KNOWN)
    assert not wrong
    assert {item.field: item for item in found} == by_field
    assert words.read_stored([item.stored() for item in asked], KNOWN) == asked


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"field": "name", "values": ["x"]}], "unknown"),
        ([{"field": "stage", "values": ["m1' OR 1=1"]}], "unknown"),
        ([{"field": "overdue", "low": -1, "high": None}], "out_of_range"),
        ([{"field": "overdue", "low": 10**14, "high": None}], "out_of_range"),
        ([{"field": "days", "low": 9, "high": 1}], "upside_down"),
        ([{"field": "days"}], "empty"),
        ([{"field": "stage", "values": [str(number) for number in range(99)]}], "too_many"),
        ([{"field": "stage", "values": ["m1"]}] * 13, "too_many"),
    ],
)
def test_nonsense_in_a_row_is_refused(rows: list[dict[str, Any]], problem: str) -> None:
    """The vocabulary is closed: a field or a code it lacks never reaches SQL."""
    with pytest.raises(ConditionError) as caught:
        words.read_stored(rows, KNOWN)
    assert caught.value.problem == problem
