"""Two people answer one request at the same instant, or it is taken back or lapses under the answer."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from collections_app.models import Approval, Customer, Event, Hold, Staff
from collections_app.services import approvals, holds
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_for_release(now: datetime) -> Approval:
    collector = factories.make_staff("collector")
    customer = factories.make_debtor()[0]
    hold = holds.place(customer_id=customer.id, kind="hardship", actor=Actor.of(collector), seen_version=None, now=now)
    return approvals.ask(
        kind="hold_release",
        subject=f"hold:{hold.id}",
        reason="已找到工作",
        customer_id=customer.id,
        actor=Actor.of(collector),
        now=now,
    )


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Start all at the same instant; return how each ended: what it returned, or the code it was refused with."""
    gate = threading.Barrier(len(acts))
    ends: list[str] = [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=30)
            ends[place] = str(act())
        except StaleWriteError:
            ends[place] = "stale"
        except RefusedError as error:
            ends[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def deciding(asked: Approval, by: Staff, verdict: str, now: datetime) -> Callable[[], str]:
    seen = Customer.objects.values_list("version", flat=True).get(id=asked.customer_id)
    return lambda: (
        approvals.decide(
            approval_id=asked.id, verdict=verdict, answer="请补充材料", actor=Actor.of(by), seen_version=seen, now=now
        ).state
    )


def test_of_two_who_decide_at_once_the_second_is_told_who_was_first(
    request_for_release: Approval, now: datetime
) -> None:
    """One decision stands, with one event; the hold is released only when it was the approval."""
    asked = request_for_release
    people = [factories.make_staff("supervisor"), factories.make_staff("supervisor")]
    ends = at_once(deciding(asked, people[0], "approved", now), deciding(asked, people[1], "rejected", now))
    asked.refresh_from_db()
    assert sorted(ends) == sorted([asked.state, "approval_decided_already"])
    assert Event.objects.filter(kind="approval.decided").count() == 1
    assert (Hold.objects.get().released_at is not None) is (asked.state == "approved")


def test_deciding_and_taking_back_at_once_ends_in_one_of_them(request_for_release: Approval, now: datetime) -> None:
    asked = request_for_release
    supervisor = factories.make_staff("supervisor")
    ends = at_once(
        deciding(asked, supervisor, "approved", now),
        lambda: approvals.withdraw(approval_id=asked.id, actor=Actor.of(asked.asked_by), now=now).state,
    )
    asked.refresh_from_db()
    assert asked.state in {"approved", "withdrawn"}
    assert sorted(ends) == sorted([asked.state, "approval_decided_already"])
    assert (Hold.objects.get().released_at is not None) is (asked.state == "approved")


def test_a_decision_in_the_last_second_and_the_sweep_end_in_one_of_them(
    request_for_release: Approval, now: datetime
) -> None:
    """The decider's clock is a second before the end, the sweep's is at it: who locks first, wins."""
    asked = request_for_release
    supervisor = factories.make_staff("supervisor")
    ends = at_once(
        deciding(asked, supervisor, "approved", asked.expires_at - timedelta(seconds=1)),
        lambda: approvals.sweep(now=asked.expires_at),
    )
    asked.refresh_from_db()
    assert asked.state in {"approved", "expired"}
    assert ends == (["approved", "0"] if asked.state == "approved" else ["approval_decided_already", "1"])
    assert Event.objects.filter(kind="approval.decided").count() == 1
    assert (Hold.objects.get().released_at is not None) is (asked.state == "approved")
