"""Two workers at once, on a real database."""

import threading
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction

from collections_app.models import Customer
from collections_app.services.alone import alone
from notifications.models import Message, PlanRun, SandboxInbox
from notifications.services import claiming, planning, sending, writing

WORKERS = 4
CUSTOMERS = 12


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_send_each_message_once(make_due: Callable, now: datetime) -> None:
    """Four workers, one queue: nothing twice and nothing forgotten."""
    for _ in range(CUSTOMERS):
        make_due()
    planning.plan(on=now.date(), now=now)
    start = threading.Barrier(WORKERS)
    faults: list[BaseException] = []

    def work(name: str) -> None:
        try:
            start.wait(timeout=20)
            for _ in range(4):
                sending.send_due(now=now, worker=name, limit=3)
        except BaseException as error:  # noqa: BLE001  a thread's failure is the test's
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"worker{number}",)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    sending.send_due(now=now, worker="last")
    assert SandboxInbox.objects.count() == CUSTOMERS
    assert set(Message.objects.values_list("state", "attempts")) == {("delivered", 1)}


@pytest.mark.django_db(transaction=True)
def test_planners_that_race_plan_each_step_once(make_due: Callable, now: datetime) -> None:
    """The clock gives a planner every five minutes, and one that is slow is still at it: each sees the other's."""
    for _ in range(3):
        make_due()
    start, planned, faults = threading.Barrier(3), [], []

    def work(*, at_once: bool = True) -> None:
        try:
            if at_once:
                start.wait(timeout=20)
            planned.append(planning.plan(on=now.date(), now=now).get("card_due"))
        except BaseException as error:  # noqa: BLE001  a thread's failure is the test's
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    assert (len(planned), max(each or 0 for each in planned)) == (3, 3)
    assert Message.objects.filter(kind="card_due").count() == 3
    run = PlanRun.objects.get(kind="card_due")
    # A run that comes while one is at it does nothing, and tells nothing in its place.
    with alone(planning.RUN) as mine:
        assert mine
        thread = threading.Thread(target=work, kwargs={"at_once": False})
        thread.start()
        thread.join(timeout=60)
    assert (faults, planned[3:]) == ([], [None])
    assert PlanRun.objects.get(kind="card_due").planned == run.planned


@pytest.mark.django_db(transaction=True)
def test_a_record_somebody_writes_is_left_for_the_next_run(make_due: Callable, now: datetime) -> None:
    """The worker waits for nobody: it takes the other customer and comes back."""
    busy, _ = make_due()
    make_due()
    planning.plan(on=now.date(), now=now)
    claimed: list[list[writing.Claimed]] = []

    def work() -> None:
        claimed.append(claiming.claim(now=now, limit=10, worker="other"))
        connection.close()

    with transaction.atomic():
        Customer.objects.select_for_update().get(pk=busy.pk)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=30)
    assert len(claimed[0]) == 1
    assert Message.objects.get(pk=claimed[0][0].message_id).customer_id != busy.pk
    assert len(claiming.claim(now=now, limit=10, worker="next")) == 1
