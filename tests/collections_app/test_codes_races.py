"""Two people, or a person and a machine, at the order of statuses in the same instant."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from collections_app.models import Code, Customer, Staff
from collections_app.selectors import codes as book
from collections_app.services import codes, derivation, records
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def move(row: Code, position: int, order: str, by: Staff, now: datetime) -> None:
    """Give a row another place, as its form would."""
    row.position = position
    codes.save(row=row, data=row.data, seen_version=row.version, seen_order=order, actor=Actor.of(by), now=now)


def movable() -> list[Code]:
    """Return the two last statuses, which law and logic leave free to change places."""
    return list(Code.objects.filter(list_name="statuses").order_by("-position")[:2])


def test_of_two_who_move_different_rows_at_once_one_is_told(now: datetime) -> None:
    """Each saw the same order; the second would make one that nobody has seen."""
    codes.load(now=now)
    order = book.current().order_mark("statuses")
    gate, answers = threading.Barrier(2), []
    people = [factories.make_staff("administrator"), factories.make_staff("compliance")]

    def edit(row: Code, by: Staff) -> None:
        try:
            gate.wait(timeout=30)
            move(row, row.position + 1, order, by, now)
            answers.append("saved")
        except RefusedError as error:
            answers.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=pair) for pair in zip(movable(), people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(answers) == ["code_order_changed", "saved"]


def test_a_name_is_changed_whatever_the_order_has_become(now: datetime) -> None:
    codes.load(now=now)
    row = movable()[0]
    row.name_zh = "换个名字"
    by = Actor.of(factories.make_staff("administrator"))
    codes.save(row=row, data=row.data, seen_version=row.version, seen_order="older", actor=by, now=now)
    assert Code.objects.get(pk=row.pk).name_zh == "换个名字"


def test_a_writer_overtaken_by_a_new_order_is_derived_again(now: datetime) -> None:
    """It read the old order, the edit was committed, and then it wrote: the sweep finds it once, and only it."""
    codes.load(now=now)
    customer, _account = factories.make_debtor()
    other, _account = factories.make_debtor()
    Customer.objects.filter(pk=other.pk).update(derived_at=now - timedelta(hours=1))
    row = movable()[0]
    has_read, may_write = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                locked = records.lock(customer_id=customer.pk, now=now)
                derivation.derive(customer=locked, now=now)
                has_read.set()
                assert may_write.wait(timeout=30)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert has_read.wait(timeout=30)
    order = book.current().order_mark("statuses")
    move(row, row.position + 1, order, factories.make_staff("administrator"), now)
    may_write.set()
    thread.join(timeout=60)
    due: Any = Customer.objects.filter(derive_due_at__lte=now + timedelta(minutes=3))
    assert customer.pk not in due.values_list("pk", flat=True)
    assert codes.derive_overtaken(now=now) == 0, "the edit may not be committed yet"
    later = now + timedelta(minutes=3)
    assert codes.derive_overtaken(now=later) == 1
    assert list(due.values_list("pk", flat=True)) == [customer.pk]
    assert derivation.sweep_due(now=later).done == 1
    assert codes.derive_overtaken(now=later + timedelta(seconds=30)) == 0
