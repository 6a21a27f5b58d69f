"""The writers of the log: append entries, sign the state reached."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from ledger.domain.checkpoint import TreeState
from ledger.domain.merkle import Frontier, leaf_hash
from ledger.models import Checkpoint, Entry
from ledger.selectors import checkpoints as checkpoint_rows
from ledger.selectors import entries as entry_rows
from ledger.services import keeping
from ledger.services.signing import check_stored, signer_key

# An entry's length is two bytes in the published format of the log (c2sp.org/tlog-tiles).
PAYLOAD_LIMIT = 65_535

# Names the one transaction-level advisory lock under which the log grows: "LEDGER" in ASCII.
_LOCK = 0x4C4544474552
_BATCH = 2_000


class LogError(Exception):
    """The log cannot do what was asked; the sentence says why and what to do."""


def append(*, entries: Sequence[tuple[str, bytes]], now: datetime) -> range:
    """Append (topic, payload) pairs in order and return their indexes.

    Stores the hash of each payload, never the payload. Must be called inside the
    transaction that makes the entries true; from here to its commit every other
    appender waits, so indexes have no gap and follow the order of commits. Take row
    locks before calling, never after. A payload of few possible values must carry a
    random salt, or its hash gives it away.

    Raise LogError outside a transaction, and ValueError for a payload over 65,535 bytes.
    """
    if not connection.in_atomic_block:
        raise LogError("The log is appended to inside a transaction. Open one around append().")
    if any(len(payload) > PAYLOAD_LIMIT for _topic, payload in entries):
        raise ValueError(f"A ledger entry is at most {PAYLOAD_LIMIT} bytes: log a document's hash instead.")
    _take_turn()
    start = entry_rows.next_index()
    rows = [
        Entry(index=index, topic=topic, leaf_hash=leaf_hash(payload), appended_at=now)
        for index, (topic, payload) in enumerate(entries, start)
    ]
    Entry.objects.bulk_create(rows, batch_size=_BATCH)
    return range(start, start + len(rows))


def checkpoint(*, now: datetime) -> Checkpoint:
    """Sign the log at its present size and return the checkpoint; the same one if nothing was added.

    The signed tree grows out of the last checkpoint's, so it can never contradict it,
    even if stored entries were changed since. It is committed and kept outside the
    database when this returns, and only then may anybody be shown it.

    Raise LogError when the last checkpoint is damaged, entries are missing, or the
    database does not hold the checkpoint that is kept outside it.
    """
    try:
        signed = _sign(now=now)
        keeping.keep(signed)
    except keeping.KeptError as error:
        raise LogError(str(error)) from error
    return signed


def checkpoint_when_quiet(*, now: datetime, quiet: timedelta) -> Checkpoint | None:
    """Sign what was added once nothing was for so long, and the first entries at once; else return None.

    Three queries where there is nothing to sign. Raise LogError as ``checkpoint`` does.
    """
    last = checkpoint_rows.latest()
    newest = entry_rows.newest_at()
    if newest is None or (last is not None and last.tree_size >= entry_rows.next_index()):
        return None
    if last is not None and newest > now - quiet:
        return None
    return checkpoint(now=now)


@transaction.atomic(durable=True)
def _sign(*, now: datetime) -> Checkpoint:
    _take_turn()
    keeping.check_continued()
    last = checkpoint_rows.latest()
    frontier = Frontier() if last is None else _trusted_frontier(last)
    size = entry_rows.next_index()
    if size < frontier.size:
        raise LogError(
            f"The log holds {size} entries, but a checkpoint of {frontier.size} was signed. "
            "Entries are lost: restore them before anything is signed."
        )
    if last is not None and size == frontier.size:
        return last
    try:
        grown = frontier.extended(entry_rows.leaf_hashes(start=frontier.size, end=size))
    except entry_rows.MissingEntryError as gap:
        raise LogError(f"{gap} Nothing is signed over the gap.") from gap
    signer = signer_key()
    note = signer.sign(str(TreeState(signer.name, grown.size, grown.root)))
    return Checkpoint.objects.create(
        tree_size=grown.size,
        root_hash=grown.root,
        frontier=grown.to_bytes(),
        note=str(note),
        signed_at=now,
    )


def _take_turn() -> None:
    """Wait until no other transaction appends or signs, and keep others out until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _trusted_frontier(last: Checkpoint) -> Frontier:
    try:
        return check_stored(last)
    except ValueError as error:
        raise LogError(f"Checkpoint {last.tree_size} is damaged: {error}. Nothing is signed on top of it.") from error
