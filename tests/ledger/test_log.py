"""Appending and signing: no gap, no fork, nothing twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, transaction

from ledger.domain.checkpoint import TreeState
from ledger.domain.note import Note
from ledger.models import Checkpoint, Entry
from ledger.services import log, signing, verification
from tests.ledger.conftest import payload
from tests.ledger.test_merkle import reference_root


def test_entries_get_the_next_indexes_in_order(fill):
    """The first index is 0, and the range says which ones were given."""
    assert fill(3) == range(3)
    assert fill(2) == range(3, 5)
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2, 3, 4]


def test_appending_nothing_gives_an_empty_range(fill):
    """A batch without entries is no error."""
    fill(2)
    assert len(fill(0)) == 0


def test_appending_costs_the_same_few_queries_for_one_entry_and_for_many(fill, django_assert_num_queries):
    """Savepoint, lock, last index, insert, release."""
    for count in (1, 1_500):
        with django_assert_num_queries(5):
            fill(count)


@pytest.mark.django_db(transaction=True)
def test_appending_outside_a_transaction_is_refused(now):
    """An entry about something that then rolls back would be a lie."""
    with pytest.raises(log.LogError, match="inside a transaction"):
        log.append(entries=[("test", b"")], now=now)
    assert not Entry.objects.exists()


def test_an_entry_too_long_to_be_published_is_refused(db, now):
    """The published format has two bytes for the length."""
    log.append(entries=[("test", bytes(65_535))], now=now)
    with pytest.raises(ValueError, match="at most 65535 bytes"):
        log.append(entries=[("test", bytes(65_536))], now=now)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_batch_leaves_no_gap(fill, now):
    """The next batch takes the indexes the lost one had."""
    fill(2)
    with transaction.atomic():
        assert log.append(entries=[("test", b"lost")] * 3, now=now) == range(2, 5)
        transaction.set_rollback(True)
    assert fill(1) == range(2, 3)


@pytest.mark.django_db(transaction=True)
def test_eight_threads_append_without_a_gap_while_another_signs(now):
    """Each thread's batches stay whole, and every checkpoint signed meanwhile holds."""
    threads, batches, size = 8, 6, 5

    def append(thread: int) -> list[range]:
        try:
            given = []
            for batch in range(batches):
                with transaction.atomic():
                    entries = [("test", f"{thread} {batch} {place}".encode()) for place in range(size)]
                    given.append(log.append(entries=entries, now=now))
            return given
        finally:
            connection.close()

    def sign() -> None:
        try:
            for _ in range(batches):
                log.checkpoint(now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads + 1) as pool:
        appended = [pool.submit(append, thread) for thread in range(threads)]
        signed = pool.submit(sign)
        ranges = [given for future in appended for given in future.result()]
        signed.result()

    assert all(len(given) == size for given in ranges)
    assert sorted(index for given in ranges for index in given) == list(range(threads * batches * size))
    log.checkpoint(now=now)
    report = verification.verify()
    assert (report.entries, report.violations) == (threads * batches * size, ())


@pytest.mark.parametrize("sizes", [[1], [2, 5], [7, 1, 8, 16, 3], [10_001, 2, 5_000]])
def test_each_checkpoint_has_the_root_the_rfc_defines(fill, now, sizes):
    """Grown batch by batch, signed by the log's key, equal to the recursive definition."""
    total = 0
    for size in sizes:
        fill(size)
        total += size
        checkpoint = log.checkpoint(now=now)
        state = signing.check_note(Note.parse(checkpoint.note))
        root = reference_root([payload(index) for index in range(total)])
        assert state == TreeState(settings.LEDGER_ORIGIN, total, root)
        assert (checkpoint.tree_size, bytes(checkpoint.root_hash)) == (total, root)


def test_an_empty_log_can_be_signed(db, now):
    """The first checkpoint may be of nothing: whoever keeps it sees everything after."""
    checkpoint = log.checkpoint(now=now)
    assert checkpoint.tree_size == 0
    assert log.checkpoint(now=now) == checkpoint


def test_one_size_is_signed_once(fill, now):
    """Asked again before anything was added, the log returns what it signed."""
    fill(3)
    first = log.checkpoint(now=now)
    assert log.checkpoint(now=now).note == first.note
    assert Checkpoint.objects.count() == 1


def test_signing_reads_only_what_was_added(fill, now, django_assert_num_queries):
    """The cost does not grow with the log: one page of entries, not all of them."""
    fill(6_000)
    log.checkpoint(now=now)
    fill(10)
    # Savepoint, lock, last checkpoint, last index, new entries, insert, release.
    with django_assert_num_queries(7):
        log.checkpoint(now=now)


def test_a_changed_old_entry_does_not_make_the_log_sign_another_history(fill, tamper, now):
    """The new checkpoint grows out of the old one, and the audit finds the change."""
    fill(4)
    log.checkpoint(now=now)
    tamper("UPDATE ledger_entry SET leaf_hash = %s WHERE index = 1", bytes(32))
    fill(3)
    checkpoint = log.checkpoint(now=now)
    assert bytes(checkpoint.root_hash) == reference_root([payload(index) for index in range(7)])
    assert verification.verify().violations == ("Entries 0 to 3 are not those that checkpoint 4 signed.",)


def test_nothing_is_signed_after_entries_were_lost(fill, tamper, now):
    """A restored old backup must not make the log sign a second history."""
    fill(4)
    log.checkpoint(now=now)
    tamper("DELETE FROM ledger_entry WHERE index = 3")
    with pytest.raises(log.LogError, match="holds 3 entries, but a checkpoint of 4 was signed"):
        log.checkpoint(now=now)


def test_nothing_is_signed_over_a_gap(fill, tamper, now):
    """A missing entry would otherwise be signed away."""
    fill(4)
    tamper("DELETE FROM ledger_entry WHERE index = 1")
    with pytest.raises(log.LogError, match="Entry 1 is missing"):
        log.checkpoint(now=now)


def test_nothing_is_signed_on_top_of_a_damaged_checkpoint(fill, tamper, now):
    """The tree to grow from must be the one that was signed."""
    fill(4)
    log.checkpoint(now=now)
    fill(1)
    tamper("UPDATE ledger_checkpoint SET frontier = %s", bytes(32))
    with pytest.raises(log.LogError, match="Checkpoint 4 is damaged: the stored subtree roots"):
        log.checkpoint(now=now)
