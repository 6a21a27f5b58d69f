"""Approvals: what one person asks for, another decides, and it is done in the same transaction."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from collections_app.domain.approvals import expires_at
from collections_app.domain.calendar import WorkCalendar
from collections_app.models import Approval, Customer, Event, Hold, Staff
from collections_app.services import approvals, holds, notes
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import Actor
from tests import factories
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture
@remembered
def held(collector: Staff, now: datetime) -> Hold:
    customer = factories.make_debtor()[0]
    return holds.place(customer_id=customer.id, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now)


def ask(hold: Hold, by: Staff, now: datetime, **values: Any) -> Approval:
    plain: dict[str, Any] = {"reason": "客户已恢复收入", "customer_id": hold.customer_id}
    return approvals.ask(kind="hold_release", subject=f"hold:{hold.id}", actor=Actor.of(by), now=now, **plain | values)


def decide(approval: Approval, by: Staff, now: datetime, verdict: str = "approved", **values: Any) -> Approval:
    plain: dict[str, Any] = {"answer": "", "seen_version": version(approval)}
    return approvals.decide(approval_id=approval.id, verdict=verdict, actor=Actor.of(by), now=now, **plain | values)


def version(approval: Approval) -> int:
    return Customer.objects.values_list("version", flat=True).get(id=approval.customer_id)


def test_an_approved_release_ends_the_hold_at_once(
    held: Hold, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """The decision and what it brings are one transaction, and both stand in the history."""
    decide(ask(held, collector, now), supervisor, now)
    held.refresh_from_db()
    assert held.released_by == supervisor
    kinds = list(Event.objects.filter(customer=held.customer).order_by("id").values_list("kind", flat=True))
    assert kinds[-3:] == ["approval.asked", "approval.decided", "hold.released"]


@pytest.mark.parametrize("verdict", ["rejected", "returned"])
def test_rejecting_and_returning_need_words_and_leave_the_hold(
    held: Hold, collector: Staff, supervisor: Staff, now: datetime, verdict: str
) -> None:
    asked = ask(held, collector, now)
    with pytest.raises(RefusedError, match="reason_missing"):
        decide(asked, supervisor, now, verdict)
    assert decide(asked, supervisor, now, verdict, answer="请附收入证明").state == verdict
    held.refresh_from_db()
    assert held.released_at is None


def test_nobody_decides_their_own(held: Hold, supervisor: Staff, now: datetime) -> None:
    """Not through the service, and not past it."""
    asked = ask(held, supervisor, now)
    with pytest.raises(RefusedError, match="own_work"):
        decide(asked, supervisor, now)
    with pytest.raises(IntegrityError, match="approval_by_somebody_else"), transaction.atomic():
        Approval.objects.filter(id=asked.id).update(decided_by=supervisor)


def test_only_a_role_that_decides_this_kind_decides(held: Hold, collector: Staff, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        decide(ask(held, collector, now), factories.make_staff("collector"), now)
    with pytest.raises(NotAllowedError):
        ask(held, factories.make_staff("trainer"), now)


def test_the_same_is_asked_for_once(held: Hold, collector: Staff, now: datetime) -> None:
    ask(held, collector, now)
    with pytest.raises(RefusedError, match="approval_waiting_already"):
        ask(held, factories.make_staff("collector"), now)
    assert Approval.objects.count() == 1


def test_a_decision_on_a_record_that_has_moved_is_refused(
    held: Hold, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    """A note beside it goes through; a new hold since does not."""
    asked = ask(held, collector, now)
    seen = version(asked)
    notes.add(customer_id=held.customer_id, text="来电", actor=Actor.of(collector), seen_version=None, now=now)
    holds.place(customer_id=held.customer_id, kind="illness", actor=Actor.of(collector), seen_version=None, now=now)
    with pytest.raises(StaleWriteError) as caught:
        decide(asked, supervisor, now, seen_version=seen)
    assert [event.kind for event in caught.value.changes] == ["hold.placed"]
    asked.refresh_from_db()
    assert asked.state == "pending"


def test_a_lapsed_request_cannot_be_approved_and_is_swept(
    held: Hold, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    asked = ask(held, collector, now)
    later = asked.expires_at
    with pytest.raises(RefusedError, match="approval_expired"):
        decide(asked, supervisor, later)
    assert approvals.sweep(now=later - timedelta(seconds=1)) == 0
    assert approvals.sweep(now=later) == 1
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("expired", None)


def test_those_that_lapse_first_are_swept_first(held: Hold, collector: Staff, now: datetime) -> None:
    """However many wait, no record keeps another's request from ending."""
    later = factories.make_debtor()[0]
    other = holds.place(customer_id=later.id, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now)
    lapsed = ask(other, collector, now)
    waiting = ask(held, collector, now + timedelta(hours=1))
    assert waiting.customer_id < lapsed.customer_id
    assert approvals.sweep(now=lapsed.expires_at, limit=1) == 1
    lapsed.refresh_from_db()
    assert lapsed.state == "expired"


def test_a_request_whose_matter_has_gone_is_overtaken(
    held: Hold, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    asked = ask(held, collector, now)
    holds.release(hold_id=held.id, reason="resolved", actor=Actor.of(supervisor), seen_version=None, now=now)
    with pytest.raises(RefusedError, match="hold_already_released"):
        decide(asked, supervisor, now)
    assert approvals.sweep(now=now) == 1
    asked.refresh_from_db()
    assert asked.state == "overtaken"


def test_one_takes_back_ones_own_request_only(held: Hold, collector: Staff, supervisor: Staff, now: datetime) -> None:
    asked = ask(held, collector, now)
    with pytest.raises(NotAllowedError):
        approvals.withdraw(approval_id=asked.id, actor=Actor.of(supervisor), now=now)
    assert approvals.withdraw(approval_id=asked.id, actor=Actor.of(collector), now=now).state == "withdrawn"
    with pytest.raises(RefusedError, match="approval_decided_already"):
        decide(asked, supervisor, now)


def test_evidence_is_kept_sealed(held: Hold, collector: Staff, now: datetime) -> None:
    """What lies on disk does not contain what was handed in."""
    document = SimpleUploadedFile("工资条.pdf", b"%PDF-1.7 planted sentence", content_type="application/pdf")
    evidence = ask(held, collector, now, documents=[document]).evidence.get()
    storage = approvals.storages[approvals.SEALED_STORAGE]
    with storage.open(evidence.stored_as) as file:
        assert file.read() == b"%PDF-1.7 planted sentence"
    with open(storage.path(evidence.stored_as), "rb") as raw:
        assert b"planted" not in raw.read()


def test_a_request_lapses_two_working_days_later(now: datetime) -> None:
    """From Friday to Tuesday by the calendar; where the year is unknown, calendar days: earlier, never later."""
    known = WorkCalendar({date(2026, 10, 1): False})
    assert expires_at(asked_at=now, calendar=known).date() == date(2026, 11, 24)
    assert expires_at(asked_at=now, calendar=WorkCalendar()).date() == date(2026, 11, 22)
