"""What machines report of their contacts: once, never taken back, and counted when nothing is said."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from collections_app.models import Contact, ContactPoint, Event, HandOff, Hold
from collections_app.services import contacts, holds, records
from tests.collections_app.conftest import Debtor
from tests.collections_app.machines import Machine, make_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules", "now")]


@pytest.fixture
def no_n_plus_one() -> None:
    """Several requests in one test each read their own token."""


@pytest.fixture
def dialler(db: None, now: datetime) -> Machine:
    return Machine(make_client("dialler"), now)


def test_an_outcome_is_recorded_once_and_stands_in_the_history(dialler: Machine, debtor: Debtor, now: datetime) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    said = {"effective": True, "started_at": now.isoformat(), "recording_ref": "R-1"}
    first = dialler.tell(permit, "made", **said)
    again = dialler.tell(permit, "made", **said)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    contact = Contact.objects.get()
    assert (contact.state, contact.effective) == ("made", True)
    event = Event.objects.get(kind="contact.reported")
    assert (event.payload["machine"], event.payload["effective"]) == ("dialler", True)


def test_what_is_known_is_not_taken_back(dialler: Machine, debtor: Debtor) -> None:
    """A made contact stays made; one that was unknown may be known later."""
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    assert dialler.tell(permit, "unknown").status_code == 200
    assert dialler.tell(permit, "made").status_code == 200
    for state in ("void", "failed", "unknown"):
        assert dialler.tell(permit, state).status_code == 409
    assert dialler.tell(permit, "made", effective=True).status_code == 409
    assert Contact.objects.get().effective is False


def test_a_machine_that_never_reports_counts(dialler: Machine, debtor: Debtor, now: datetime) -> None:
    """A colleague's call that never began is void; a machine may have called without a word."""
    dialler.ask(debtor.customer.customer_no)
    later = now + timedelta(minutes=6)
    with time_machine.travel(later, tick=False):
        # Thirty minutes between calls to one number: the silent one counts before any sweep has run.
        fresh = Machine(dialler.row, later)
        assert fresh.ask(debtor.customer.customer_no).json()["reason"] == "interval"
        assert contacts.void_expired(now=later) == 1
        assert Contact.objects.get().state == "unknown"
        assert fresh.ask(debtor.customer.customer_no).json()["reason"] == "interval"


def test_a_permit_that_has_run_out_shows_no_number(dialler: Machine, debtor: Debtor, now: datetime) -> None:
    first = dialler.ask(debtor.customer.customer_no, key="k" * 20).json()
    later = now + timedelta(minutes=6)
    with time_machine.travel(later, tick=False):
        again = dialler.ask(debtor.customer.customer_no, key="k" * 20)
        assert again.json()["id"] == first["id"]
        assert (again.json()["usable"], again.json()["reason"]) == (False, "expired")
        assert first["contact_point"]["value"] not in again.content.decode()


def test_a_hold_and_an_incident_take_a_permit_back_at_once(
    dialler: Machine, debtor: Debtor, supervisor: Any, now: datetime
) -> None:
    permit = dialler.ask(debtor.customer.customer_no, key="k" * 20).json()
    assert dialler.get(f"/api/permits/{permit['id']}/").json()["usable"]
    hold = holds.place(
        customer_id=debtor.customer.id, kind="hardship", actor=records.SYSTEM, seen_version=None, now=now
    )
    for answer in (
        dialler.get(f"/api/permits/{permit['id']}/"),
        dialler.ask(debtor.customer.customer_no, key="k" * 20),
    ):
        assert (answer.json()["usable"], answer.json()["reason"]) == (False, "hold")
        assert permit["contact_point"]["value"] not in answer.content.decode()
    Hold.objects.filter(pk=hold.pk).update(released_at=now, release_reason="x")
    assert dialler.get(f"/api/permits/{permit['id']}/").json()["usable"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"started_at": timedelta(minutes=6)}, "time_in_future"),
        ({"started_at": timedelta(minutes=-6)}, "time_before_permit"),
        ({"started_at": timedelta(0), "ended_at": timedelta(minutes=-1)}, "ends_before_start"),
        ({"started_at": timedelta(minutes=4)}, ""),
        ({"started_at": timedelta(minutes=-4), "ended_at": timedelta(0)}, ""),
    ],
)
def test_clocks_that_differ_a_little_are_no_fault(
    dialler: Machine, debtor: Debtor, now: datetime, said: dict[str, timedelta], code: str
) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    answer = dialler.tell(permit, "made", **{name: (now + shift).isoformat() for name, shift in said.items()})
    assert (answer.status_code, answer.json().get("code", "")) == (422 if code else 200, code)


def test_a_contact_after_its_permit_ran_out_is_recorded_and_marked(
    dialler: Machine, debtor: Debtor, now: datetime
) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    later = now + timedelta(minutes=20)
    with time_machine.travel(later, tick=False):
        answer = Machine(dialler.row, later).tell(permit, "made", started_at=later.isoformat())
    assert answer.status_code == 200
    assert Event.objects.get(kind="contact.reported").payload["late"] is True


def test_a_wrong_number_is_silent_for_everybody_once_a_machine_says_so(dialler: Machine, debtor: Debtor) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    assert dialler.tell(permit, "made", outcome="third_unknown").status_code == 200
    assert ContactPoint.objects.get(customer=debtor.customer).quality == "not_his"


def test_what_a_machine_heard_stops_collection_for_as_long_as_somebody_works_on_it(
    dialler: Machine, debtor: Debtor
) -> None:
    """The hold is the hand-off's, and ends with it."""
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    assert dialler.tell(permit, "made", outcome="self_dispute").status_code == 200
    work = HandOff.objects.get(kind="dispute")
    assert Hold.objects.get(customer=debtor.customer).source == f"handoff:{work.id}"


def test_a_promise_is_taken_down_by_a_person(dialler: Machine, debtor: Debtor) -> None:
    """A machine cannot write its parts down; that it was made can be told without."""
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    refused = dialler.tell(permit, "made", outcome="self_promise")
    assert (refused.status_code, refused.json()["code"]) == (422, "outcome_needs_a_person")
    assert dialler.tell(permit, "made", effective=True).status_code == 200


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"state": "made", "outcome": "no_such_thing"}, "no_such_outcome"),
        ({"state": "void", "effective": True}, "effective_needs_talk"),
        ({"state": "failed", "outcome": "third_unknown"}, "outcome_needs_contact"),
    ],
)
def test_an_outcome_that_cannot_be_changes_nothing(
    dialler: Machine, debtor: Debtor, said: dict[str, Any], code: str
) -> None:
    permit = dialler.ask(debtor.customer.customer_no).json()["id"]
    answer = dialler.post(f"/api/permits/{permit}/outcome/", said, key=None)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Contact.objects.get().state == "reserved"


def test_a_refusal_has_no_outcome(dialler: Machine, debtor: Debtor) -> None:
    dialler.ask(debtor.customer.customer_no)
    refused = dialler.ask(debtor.customer.customer_no).json()
    assert dialler.tell(refused["id"], "made").status_code == 409
