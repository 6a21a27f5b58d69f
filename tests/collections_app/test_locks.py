"""The lock of a customer's row: writers exclude each other, and a row that only names the customer waits for none."""

import re
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from collections_app.models import Customer
from collections_app.services import derivation, records
from tests import factories

ROOT = Path(__file__).resolve().parent.parent.parent


def is_free_for(strength: str, customer_id: int) -> bool:
    """Return whether another connection gets a lock of this strength on the customer's row at once."""
    found: list[bool] = []

    def ask() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                table = Customer._meta.db_table
                cursor.execute(f"SELECT id FROM {table} WHERE id = %s FOR {strength} NOWAIT", [customer_id])  # noqa: S608
            found.append(True)
        except DatabaseError:
            found.append(False)
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(timeout=30)
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_writers_of_a_record_exclude_each_other_and_no_row_that_names_it(now: datetime) -> None:
    """A foreign key takes FOR KEY SHARE: waiting for a writer, it would be the customer's lock out of its order."""
    number = factories.make_debtor()[0].id
    locks: list[Callable[[], object]] = [
        lambda: records.lock(customer_id=number, now=now),
        lambda: records.lock_many(customer_ids=[number], now=now),
        lambda: derivation.derive_many(customer_ids=[number], now=now),
    ]
    for lock in locks:
        with transaction.atomic():
            lock()
            assert is_free_for("KEY SHARE", number)
            assert not is_free_for("NO KEY UPDATE", number)


def test_no_code_locks_a_customer_with_its_key() -> None:
    """The places that lock by other ways than the services above, as they are written."""
    lock = re.compile(
        r"\bFOR UPDATE\b(?! of)|(?:\bCustomer\.objects|\bcustomers|\bdue)\.select_for_update\((?!.*no_key)"
    )
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for app in ("collections_app", "desk", "ledger", "mediation", "notifications", "oversight", "repayment")
        for path in sorted((ROOT / app).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if lock.search(line)
    ]
    assert found == []
