"""The nightly file and people at work in the same minute: nobody is stopped for good, and nothing is lost."""

import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from collections_app.domain.promises import Part
from collections_app.models import Account, Customer, Entry, Event, IntakeBatch
from collections_app.services import holds, intake, notes, payments, promises, records
from collections_app.services.errors import RefusedError
from tests import factories
from tests.collections_app.intake_files import make_branches, row, write

AS_OF = date(2026, 11, 18)
MANY = 40


@pytest.mark.django_db(transaction=True)
def test_a_file_and_people_write_the_same_records_without_deadlock(tmp_path: Path, now: datetime) -> None:
    """Notes, promises, holds and payments go on, each in one piece, while two nights of files go in."""
    make_branches()
    files = [
        write(tmp_path / f"{night}.csv", [row(n, billed=f"{3000 + night}.00") for n in range(100, 100 + MANY)])
        for night in range(3)
    ]
    intake.take_in(path=files[0], as_of=AS_OF, actor=records.SYSTEM, now=now)
    actor = records.Actor.of(factories.make_staff("supervisor", branch=Customer.objects.first().branch))
    accounts = list(Account.objects.order_by("-id"))
    faults: list[BaseException] = []
    begin = threading.Barrier(4)

    def run(work: object) -> None:
        try:
            begin.wait()
            work()  # type: ignore[operator]
        except BaseException as fault:  # noqa: BLE001 (a thread tells the test)
            faults.append(fault)
        finally:
            connection.close()

    def nights() -> None:
        for number, path in enumerate(files[1:], start=1):
            batch = intake.take_in(path=path, as_of=AS_OF + timedelta(days=number), actor=records.SYSTEM, now=now)
            assert batch.state == "done", batch.refused_reason

    def talk() -> None:
        for account in accounts:
            notes.add(customer_id=account.customer_id, text="x", actor=actor, seen_version=None, now=now)
            holds.place(
                customer_id=account.customer_id, kind="complaint_conduct", actor=actor, seen_version=None, now=now
            )

    def promise() -> None:
        part = Part(now.date() + timedelta(days=1), 10_000)
        for account in reversed(accounts):
            try:
                promises.take(
                    customer_id=account.customer_id, account_id=account.id, parts=[part], actor=actor,
                    seen_version=None, now=now,
                )  # fmt: skip
            except RefusedError:
                continue

    def pay() -> None:
        for account in accounts:
            payments.record_received(
                account_id=account.id, amount_fen=100, channel="counter", reference=f"T{account.id}",
                occurred_at=now, now=now,
            )  # fmt: skip

    threads = [threading.Thread(target=run, args=(work,)) for work in (nights, talk, promise, pay)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not faults
    assert IntakeBatch.objects.filter(state="done").count() == 3
    assert Entry.objects.filter(kind="payment").count() == MANY
    assert Event.objects.filter(kind="note.added").count() == MANY
    for customer in Customer.objects.all():
        versions = Event.objects.filter(customer=customer).values_list("version", flat=True)
        assert customer.version == max(versions)
