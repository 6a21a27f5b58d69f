"""The nightly file and people at work in the same minute: nobody is stopped for good, and nothing is lost."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Max

from collections_app.domain.promises import Part
from collections_app.models import Account, Customer, Entry, Event, IntakeBatch
from collections_app.services import holds, intake, notes, payments, promises, records
from collections_app.services.errors import RefusedError
from tests import factories
from tests.collections_app.intake_files import make_branches, row, write

AS_OF = date(2026, 11, 18)
MANY = 40


@pytest.fixture
def bank(transactional_db: None, tmp_path: Path, now: datetime) -> list[Path]:
    """A bank that has taken in its first night, and the files of two more."""
    make_branches()
    files = [
        write(tmp_path / f"{night}.csv", [row(n, billed=f"{3000 + night}.00") for n in range(100, 100 + MANY)])
        for night in range(3)
    ]
    intake.take_in(path=files[0], as_of=AS_OF, actor=records.SYSTEM, now=now)
    return files[1:]


def _nights(files: list[Path], now: datetime) -> None:
    for number, path in enumerate(files, start=1):
        batch = intake.take_in(path=path, as_of=AS_OF + timedelta(days=number), actor=records.SYSTEM, now=now)
        assert batch.state == "done", batch.refused_reason


def _talk(accounts: list[Account], actor: records.Actor, now: datetime) -> None:
    for account in accounts:
        common: dict[str, Any] = {"customer_id": account.customer_id, "actor": actor, "seen_version": None, "now": now}
        notes.add(text="x", **common)
        holds.place(kind="complaint_conduct", **common)


def _promise(accounts: list[Account], actor: records.Actor, now: datetime) -> None:
    parts = [Part(now.date() + timedelta(days=1), 10_000)]
    for account in reversed(accounts):
        common: dict[str, Any] = {"customer_id": account.customer_id, "actor": actor, "seen_version": None, "now": now}
        with suppress(RefusedError):
            promises.take(account_id=account.id, parts=parts, **common)


def _pay(accounts: list[Account], now: datetime) -> None:
    for account in accounts:
        common: dict[str, Any] = {"channel": "counter", "occurred_at": now, "now": now}
        payments.record_received(account_id=account.id, amount_fen=100, reference=f"T{account.id}", **common)


def test_a_file_and_people_write_the_same_records_without_deadlock(bank: list[Path], now: datetime) -> None:
    """Notes, promises, holds and payments go on, each in one piece, while two nights of files go in."""
    accounts = list(Account.objects.select_related("customer__branch").order_by("-id"))
    actor = records.Actor.of(factories.make_staff("supervisor", branch=accounts[0].customer.branch))
    faults: list[BaseException] = []
    begin = threading.Barrier(4)

    def run(work: Callable[[], None]) -> None:
        try:
            begin.wait()
            work()
        except BaseException as fault:  # noqa: BLE001 (a thread tells the test)
            faults.append(fault)
        finally:
            connection.close()

    works = [
        partial(_nights, bank, now),
        partial(_talk, accounts, actor, now),
        partial(_promise, accounts, actor, now),
        partial(_pay, accounts, now),
    ]
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not faults
    assert IntakeBatch.objects.filter(state="done").count() == 3
    assert Entry.objects.filter(kind="payment").count() == MANY
    assert Event.objects.filter(kind="note.added").count() == MANY
    latest = dict(Event.objects.values_list("customer_id").annotate(last=Max("version")))
    assert dict(Customer.objects.values_list("id", "version")) == latest


def test_what_is_derived_with_the_file_is_locked_with_it(transactional_db: None, tmp_path: Path, now: datetime) -> None:
    """A record in arrears that the file does not name is taken in its turn: whoever holds it first may take others."""
    make_branches()
    rows = [row(number, payoff_valid_until="") for number in range(100, 105)]
    first = write(tmp_path / "first.csv", rows)
    intake.take_in(path=first, as_of=AS_OF, actor=records.SYSTEM, now=now)
    # A row without a number might be any account's, so that none is closed.
    second = write(tmp_path / "second.csv", [rows[0] | {"customer_no": ""}, *rows[1:]])
    unnamed, *_others, named = Customer.objects.order_by("id").values_list("id", flat=True)
    ended: list[str] = []

    def night() -> None:
        try:
            ended.append(intake.take_in(path=second, as_of=AS_OF, actor=records.SYSTEM, now=now).state)
        except OperationalError as fault:
            ended.append(str(fault))
        finally:
            connection.close()

    thread = threading.Thread(target=night)
    with transaction.atomic():
        records.lock(customer_id=unnamed, now=now)
        thread.start()
        with connection.cursor() as cursor:
            for _try in range(1000):
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                if cursor.fetchone()[0]:
                    break
                time.sleep(0.01)
        records.lock(customer_id=named, now=now)
    thread.join()

    assert ended == ["done"]
