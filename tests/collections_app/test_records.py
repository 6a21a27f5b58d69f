"""No write without the lock, the version that was seen, and an event that stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext

from collections_app.domain.events import EVENT_KINDS, WRITE_DEPENDS_ON, conflicts
from collections_app.models import Customer, Event, EventPending, EventSequence, Hold, Staff
from collections_app.services import derivation, holds, notes, sequencer
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from ledger.models import Entry as LedgerEntry
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


def test_every_pair_of_write_and_event_is_decided() -> None:
    """Each write says yes or no to each kind of event; a note conflicts with nothing, nothing with a note."""
    for write in WRITE_DEPENDS_ON:
        for kind in EVENT_KINDS:
            assert conflicts(write=write, event=kind) in {True, False}
    assert not any(conflicts(write="note.add", event=kind) for kind in EVENT_KINDS)
    assert not any(conflicts(write=write, event="note.added") for write in WRITE_DEPENDS_ON)


def test_a_note_beside_a_note_passes(debtor: Debtor, collector: Staff, agent: Staff, now: datetime) -> None:
    for staff in (collector, agent):
        notes.add(customer_id=debtor.customer.id, text="已核对", actor=Actor.of(staff), seen_version=1, now=now)
    debtor.customer.refresh_from_db()
    assert debtor.customer.version == 3
    assert [event.text_row.text for event in Event.objects.order_by("id")] == ["已核对", "已核对"]


def test_what_a_person_typed_is_sealed_in_the_database(debtor: Debtor, collector: Staff, now: datetime) -> None:
    notes.add(customer_id=debtor.customer.id, text="家中有老人", actor=Actor.of(collector), seen_version=1, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM collections_app_eventtext")
        assert "老人" not in cursor.fetchone()[0]
        cursor.execute("SELECT name FROM collections_app_customer")
        assert "陈" not in cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_of_eight_writers_who_saw_the_same_version_one_writes(debtor: Debtor, collector: Staff, now: datetime) -> None:
    """Seven are told what the first one changed."""

    def place(_: int) -> str:
        try:
            holds.place(
                customer_id=debtor.customer.id,
                kind="hardship",
                actor=Actor.of(collector),
                seen_version=1,
                now=now,
            )
        except StaleWriteError as stale:
            return stale.changes[0].kind
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(8) as pool:
        results = sorted(pool.map(place, range(8)))
    assert results == ["hold.placed"] * 7 + ["written"]
    assert Hold.objects.count() == 1


@pytest.mark.parametrize("sql", ["UPDATE collections_app_event SET kind = 'x'", "DELETE FROM collections_app_event"])
def test_the_history_cannot_be_changed(debtor: Debtor, collector: Staff, now: datetime, sql: str) -> None:
    notes.add(customer_id=debtor.customer.id, text="一", actor=Actor.of(collector), seen_version=1, now=now)
    with pytest.raises(InternalError, match="Cannot"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_version_nobody_could_have_seen_is_refused(debtor: Debtor, collector: Staff, now: datetime) -> None:
    with pytest.raises(RefusedError) as refused:
        notes.add(customer_id=debtor.customer.id, text="一", actor=Actor.of(collector), seen_version=9, now=now)
    assert refused.value.code == "no_such_version"


def test_a_late_record_is_brought_up_to_date_before_anything_is_written(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    """A hold that ended an hour ago is gone from the status although no sweep has run."""
    holds.place(
        customer_id=debtor.customer.id,
        kind="hardship",
        actor=Actor.of(collector),
        seen_version=1,
        now=now,
        ends_at=now + timedelta(hours=1),
    )
    notes.add(
        customer_id=debtor.customer.id,
        text="一",
        actor=Actor.of(collector),
        seen_version=None,
        now=now + timedelta(hours=2),
    )
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "to_contact"


def test_the_sweep_changes_what_time_has_changed(debtor: Debtor, now: datetime) -> None:
    assert debtor.customer.derive_due_at
    before = debtor.account.days_past_due
    assert derivation.sweep_due(now=now + timedelta(days=1)).done == 1
    debtor.account.refresh_from_db()
    assert debtor.account.days_past_due == before + 1


def test_events_get_gap_free_places_in_the_ledger(debtor: Debtor, collector: Staff, now: datetime) -> None:
    for number in range(5):
        notes.add(
            customer_id=debtor.customer.id, text=f"{number}", actor=Actor.of(collector), seen_version=None, now=now
        )
    assert sequencer.sequence(now=now) == 5
    assert sequencer.sequence(now=now) == 0
    assert list(EventSequence.objects.order_by("place").values_list("place", flat=True)) == [0, 1, 2, 3, 4]
    assert LedgerEntry.objects.count() == 5
    assert not EventPending.objects.exists()
    taken = sequencer.read(reader="test", limit=3)
    sequencer.advance(reader="test", place=taken.through)
    assert [row.place for row in sequencer.read(reader="test").places] == [3, 4]
    others = sequencer.read(reader="test", kinds={"payment.received"})
    assert (others.places, others.through, others.passed) == ([], 4, 2), "what a reader does not care for it passes"


def test_deriving_costs_the_same_queries_for_two_and_for_twenty(db: None, now: datetime) -> None:
    ids = [factories.make_debtor()[0].id for _ in range(20)]
    assert _queries(ids[:2], now) == _queries(ids, now) <= 8


def _queries(ids: list[int], now: datetime) -> int:
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        derivation.derive_many(customer_ids=ids, now=now)
    return len(queries)


def test_derived_columns_equal_a_fresh_computation(debtor: Debtor, now: datetime) -> None:
    stored = Customer.objects.values("status", "stage", "overdue_fen", "queue", "priority").get()
    Customer.objects.update(status="lost", stage="m6", overdue_fen=1, queue="", priority=0)
    with transaction.atomic():
        derivation.derive_many(customer_ids=[debtor.customer.id], now=factories.START)
    assert Customer.objects.values("status", "stage", "overdue_fen", "queue", "priority").get() == stored
