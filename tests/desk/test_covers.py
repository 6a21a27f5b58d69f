"""Whoever covers for a colleague has their book on every list, from the first instant of the cover to its last."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from collections_app.models import (
    Approval,
    Complaint,
    ContactPoint,
    Customer,
    HandOff,
    LeaveCover,
    Staff,
    TelephoneCall,
)
from collections_app.selectors import approvals, records, worklists
from desk.selectors import complaints, find, handoffs, phone_calls, surroundings
from mediation.models import Mediation
from mediation.selectors import board
from notifications.models import Message
from notifications.selectors import outbox
from oversight.selectors import floor
from tests import factories
from tests.collections_app.machines import make_client

pytestmark = pytest.mark.django_db

Sees = Callable[[Staff, Customer, datetime], bool]

KINDS = ["hold_release"]
LISTS: dict[str, Sees] = {
    "records": lambda who, it, now: it in records.scoped(who, now=now),
    "worklist": lambda who, it, now: it in worklists.open_cases(who, now=now),
    "search": lambda who, it, now: bool(find.find(staff=who, text=it.customer_no, now=now)),
    "hand-offs": lambda who, it, now: any(row.customer_id == it.pk for row in handoffs.inbox(who, now=now)),
    "hand-offs sent": lambda who, it, now: any(row.customer_id == it.pk for row in handoffs.sent(who, now=now)),
    "hand-offs climbed": lambda who, it, now: bool(handoffs.climbed(who, now=now)),
    "hand-offs counted": lambda who, it, now: surroundings.waiting_handoffs(staff=who, now=now) > 0,
    "telephone": lambda who, it, now: (
        it in [found.customer for found in phone_calls.matches(call=TelephoneCall.objects.get(), staff=who, now=now)]
    ),
    "complaints": lambda who, it, now: any(row.customer_id == it.pk for row in complaints.open_ones(who, now=now)),
    "approvals": lambda who, it, now: approvals.waiting(who, kinds=KINDS, now=now).exists(),
    "approvals counted": lambda who, it, now: approvals.waiting_number(who, kinds=KINDS, now=now) == 1,
    "messages": lambda who, it, now: bool(outbox.page(staff=who, wanted=outbox.Wanted(), before=None, now=now)[0]),
    "mediations": lambda who, it, now: bool(board.waiting_for(who, now=now)),
    "floor": lambda who, it, now: floor.floor(staff=who, now=now).handoffs_number > 0,
}


@pytest.fixture
def away(now: datetime) -> Staff:
    return factories.make_staff("collector", scope="book")


@pytest.fixture
def theirs(away: Staff, now: datetime) -> Customer:
    """A record of the book of who is away, with something of it for every list."""
    customer, account = factories.make_debtor(account={"owner": away})
    day = timedelta(days=1)
    opener = factories.make_staff("service_agent")
    common = {"customer": customer, "opened_at": now, "due_at": now + day, "opened_by": opener}
    HandOff.objects.create(
        kind="callback", from_department="service", to_department="collections", level=1, escalated_to=away, **common
    )
    HandOff.objects.create(kind="document", from_department="collections", to_department="service", **common)
    work = HandOff.objects.create(kind="complaint", from_department="service", to_department="compliance", **common)
    Complaint.objects.create(
        customer=customer, handoff=work, cause="collection", level="ordinary", received_at=now, taken_at=now,
        due_at=now + day * 15,
    )  # fmt: skip
    Approval.objects.create(
        customer=customer, kind="hold_release", subject="hold:1", reason="x", asked_by=opener,
        asked_department="service", asked_at=now, expires_at=now + day,
    )  # fmt: skip
    point = ContactPoint.objects.filter(customer=customer)[0]
    TelephoneCall.objects.create(
        client=make_client("telephony"), call_id="c-1", staff=away, number_token=point.value_token, direction="in",
        state="ringing", moved_at=now, began_at=now,
    )  # fmt: skip
    Message.objects.create(
        customer=customer, account=account, kind="overdue", purpose="collection", about_on=now.date(), planned_at=now,
        due_at=now, expires_at=now + day, provider="sandbox",
    )  # fmt: skip
    Mediation.objects.create(
        customer=customer, account=account, kind="people", route="telephone", route_reason="small", amount_fen=1,
        proposed_at=now, proposed_by=opener, department="service",
    )  # fmt: skip
    return customer


@pytest.mark.parametrize("name", LISTS)
def test_a_list_follows_the_cover_and_ends_with_it(name: str, away: Staff, theirs: Customer, now: datetime) -> None:
    """Who is away sees it throughout; who stands in from the first instant to the last; a third never does."""
    sees = LISTS[name]
    stands_in, third = (factories.make_staff("collector", scope="book") for _ in range(2))
    LeaveCover.objects.create(
        away=away, cover=stands_in, begins_at=now, ends_at=now + timedelta(hours=1), created_at=now
    )
    assert sees(away, theirs, now)
    assert not sees(stands_in, theirs, now - timedelta(seconds=1))
    assert sees(stands_in, theirs, now)
    assert not sees(stands_in, theirs, now + timedelta(hours=1))
    assert not sees(third, theirs, now)
