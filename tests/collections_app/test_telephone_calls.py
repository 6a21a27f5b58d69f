"""Calls as the telephone system tells of them: once, in whatever order, for people of its branches."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.models import ContactPoint, MachineClient, Staff, TelephoneCall, TelephoneEvent
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.collections_app.machines import Machine, make_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def no_n_plus_one() -> None:
    """Several requests in one test each read their own token."""


@pytest.fixture
def machine(db: None, now: datetime) -> Machine:
    return Machine(make_client("telephony"), now)


def tell(machine: Machine, event: str, agent: Staff | str, now: datetime, **more: Any) -> Any:
    body = {
        "event": event,
        "call_id": "c-1",
        "number": "138 0000 0001",
        "agent": agent if isinstance(agent, str) else agent.employee_no,
        "direction": "in",
        "at": now.isoformat(),
        **more,
    }
    return machine.post("/api/telephony/events/", body, key=None)


def test_the_same_event_again_changes_nothing(machine: Machine, agent: Staff, now: datetime) -> None:
    first = tell(machine, "ringing", agent, now)
    again = tell(machine, "ringing", agent, now, number="139 9999 9999")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["repeated"] is True
    assert TelephoneEvent.objects.count() == 1
    assert TelephoneCall.objects.get().number == "+8613800000001"


def test_what_arrives_behind_a_later_event_moves_nothing(machine: Machine, agent: Staff, now: datetime) -> None:
    for event in ("hung_up", "answered", "ringing"):
        assert tell(machine, event, agent, now).status_code == 201
    assert TelephoneCall.objects.get().state == "hung_up"
    assert TelephoneEvent.objects.count() == 3


def test_a_telephone_that_is_told_of_late_does_not_open_a_call_again(
    machine: Machine, agent: Staff, now: datetime
) -> None:
    """It rang beside the one that answered, before that; what it told was held up until the call was over."""
    factories.make_staff("service_agent", extension="8002")
    for seconds, event in enumerate(("ringing", "answered", "hung_up")):
        tell(machine, event, agent, now + timedelta(seconds=seconds * 5))
    assert tell(machine, "ringing", "8002", now + timedelta(seconds=1)).status_code == 201
    call = TelephoneCall.objects.get()
    assert (call.state, call.staff) == ("hung_up", agent)


def test_what_is_told_late_of_a_call_passed_on_leaves_it_where_it_is(
    machine: Machine, agent: Staff, now: datetime
) -> None:
    """The first answer arrives behind the second: who answered last by their clock has the call."""
    other = factories.make_staff("service_agent", extension="8002")
    tell(machine, "answered", "8002", now + timedelta(minutes=1))
    tell(machine, "answered", agent, now)
    assert TelephoneCall.objects.get().staff == other


def test_a_call_that_rings_elsewhere_next_is_there(machine: Machine, agent: Staff, now: datetime) -> None:
    other = factories.make_staff("service_agent", extension="8002")
    tell(machine, "ringing", agent, now)
    tell(machine, "ringing", "8002", now)
    assert TelephoneCall.objects.get().staff == other
    tell(machine, "answered", agent, now)
    assert TelephoneCall.objects.get().staff == agent


def test_a_telephone_beside_that_stops_ringing_leaves_the_call_where_it_is(
    machine: Machine, agent: Staff, now: datetime
) -> None:
    factories.make_staff("service_agent", extension="8002")
    tell(machine, "ringing", agent, now)
    tell(machine, "ringing", "8002", now)
    tell(machine, "answered", agent, now)
    tell(machine, "hung_up", "8002", now)
    call = TelephoneCall.objects.get()
    assert (call.state, call.staff) == ("answered", agent)


@pytest.mark.parametrize("number", ["", "anonymous", "0", "+", "x" * 32, "999999999999999999999999"])
def test_a_number_that_is_none_is_kept_as_nothing(machine: Machine, agent: Staff, now: datetime, number: str) -> None:
    assert tell(machine, "ringing", agent, now, number=number).status_code == 201
    call = TelephoneCall.objects.get()
    assert (call.number, call.number_token) == ("", "")


def test_the_number_is_sealed_and_known_by_its_token(
    machine: Machine, agent: Staff, debtor: Debtor, now: datetime
) -> None:
    point = ContactPoint.objects.get(customer=debtor.customer)
    tell(machine, "ringing", agent, now, number=point.value)
    assert TelephoneCall.objects.get().number_token == point.value_token


def test_nobody_learns_whose_number_it_is(machine: Machine, agent: Staff, debtor: Debtor, now: datetime) -> None:
    """A number of a customer and one of nobody are answered alike."""
    known = tell(machine, "ringing", agent, now, number=ContactPoint.objects.get().value, call_id="a")
    unknown = tell(machine, "ringing", agent, now, call_id="b")
    assert {**known.json(), "call_id": ""} == {**unknown.json(), "call_id": ""}


def test_only_people_of_its_branches_are_rung(machine: Machine, now: datetime) -> None:
    """Nobody of another branch, nobody who has left, and nobody when two have the same extension."""
    elsewhere = factories.make_staff("service_agent", branch=factories.make_branch("SH"))
    gone = factories.make_staff("service_agent", is_active=False)
    factories.make_staff("service_agent", extension="8001")
    factories.make_staff("service_agent", extension="8001")
    for whom in (elsewhere, gone, "8001", "nobody"):
        refused = tell(machine, "ringing", whom, now)
        assert (refused.status_code, refused.json()["code"]) == (422, "no_such_agent")
    assert not TelephoneCall.objects.exists()


def test_a_clock_that_is_wrong_does_not_keep_a_call_from_its_agent(
    machine: Machine, agent: Staff, now: datetime
) -> None:
    """What it told is kept; what is shown goes by our own clock."""
    tell(machine, "ringing", agent, now + timedelta(days=3))
    assert TelephoneCall.objects.get().moved_at == now
    assert TelephoneEvent.objects.get().told_at == now + timedelta(days=3)


def test_two_systems_may_use_the_same_call_id(machine: Machine, agent: Staff, now: datetime) -> None:
    tell(machine, "ringing", agent, now)
    tell(Machine(make_client("telephony"), now), "ringing", agent, now)
    assert TelephoneCall.objects.count() == MachineClient.objects.count() == 2


@pytest.mark.parametrize(
    "more",
    [
        {"event": "sneezed"},
        {"call_id": ""},
        {"call_id": "x" * 65},
        {"at": "yesterday"},
        {"direction": ""},
        {"agent": ""},
    ],
)
def test_garbage_is_a_400(machine: Machine, agent: Staff, now: datetime, more: dict[str, Any]) -> None:
    body = {"event": "ringing", "call_id": "c", "agent": agent.employee_no, "direction": "in", "at": now.isoformat()}
    assert machine.post("/api/telephony/events/", body | more, key=None).status_code == 400
