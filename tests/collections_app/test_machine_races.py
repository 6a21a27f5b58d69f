"""Machines that ask and report at the same instant."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from collections_app.models import Contact, Event, MachinePermit, TelephoneCall
from tests import factories
from tests.collections_app.conftest import Debtor
from tests.collections_app.machines import Machine, make_client

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rules")]


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make each call in a thread of its own, all at the same instant, and return what came of them."""
    gate, answers = threading.Barrier(len(calls)), []

    def go(call: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=30)
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_of_two_machines_one_gets_the_last_contact(debtor: Debtor, now: datetime) -> None:
    """The others are told why; the budget is never overdrawn."""
    machines = [Machine(make_client(kind), now) for kind in ("dialler", "voice_robot", "dialler", "voice_robot")]
    asks = [lambda each=each: each.ask(debtor.customer.customer_no).json() for each in machines]
    answers = at_once(asks)
    assert Counter(answer["allowed"] for answer in answers) == {True: 1, False: 3}
    assert Contact.objects.count() == 1


def test_one_key_sent_twice_at_one_instant_reserves_once(debtor: Debtor, now: datetime) -> None:
    machine = Machine(make_client("dialler"), now)
    ask = [lambda: machine.ask(debtor.customer.customer_no, key="k" * 20).json()] * 4
    answers = at_once(ask)
    assert len({answer["id"] for answer in answers}) == 1
    assert Contact.objects.count() == MachinePermit.objects.count() == 1


def test_bulks_that_cross_do_not_lock_each_other_up(now: datetime) -> None:
    """Each lists the same customers in another order; every customer is given once."""
    numbers = [factories.make_debtor()[0].customer_no for _ in range(6)]
    machines = [Machine(make_client("dialler"), now) for _ in range(2)]

    def bulk(machine: Machine, order: list[str]) -> Any:
        items = [{"customer": number, "channel": "voice", "purpose": "collection"} for number in order]
        return machine.post("/api/permits/bulk/", {"items": items}).json()["items"]

    answers = at_once([lambda: bulk(machines[0], numbers), lambda: bulk(machines[1], numbers[::-1])])
    assert sum(item["allowed"] for answer in answers for item in answer) == 6
    assert Contact.objects.count() == 6


def test_one_report_sent_twice_at_one_instant_is_one_event(debtor: Debtor, now: datetime) -> None:
    machine = Machine(make_client("dialler"), now)
    permit = machine.ask(debtor.customer.customer_no).json()["id"]
    answers = at_once([lambda: machine.tell(permit, "made", effective=True).status_code] * 4)
    assert answers == [200] * 4
    assert Event.objects.filter(kind="contact.reported").count() == 1


def test_events_of_one_call_at_one_instant_make_one_call(now: datetime) -> None:
    branch = factories.make_branch()
    agent = factories.make_staff("service_agent", branch=branch)
    machine = Machine(make_client("telephony"), now)

    def tell(event: str) -> int:
        body = {
            "event": event,
            "call_id": "c-1",
            "agent": agent.employee_no,
            "direction": "in",
            "at": now.isoformat(),
        }
        status: int = machine.post("/api/telephony/events/", body, key=None).status_code
        return status

    answers = at_once([lambda event=event: tell(event) for event in ("ringing", "answered", "hung_up", "ringing")])
    assert Counter(answers) == {201: 3, 200: 1}
    assert TelephoneCall.objects.get().state == "hung_up"
