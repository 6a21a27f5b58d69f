"""The audit of the log: everything recomputed from the entries, nothing believed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ledger.domain.merkle import Frontier, leaf_hash
from ledger.domain.note import Note
from ledger.models import Checkpoint
from ledger.selectors import checkpoints as checkpoint_rows
from ledger.selectors import entries as entry_rows
from ledger.services import keeping
from ledger.services.signing import check_note, check_stored

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class LogReport:
    """How much of the log was looked at, and what is wrong with it, a sentence each."""

    entries: int
    checkpoints: int
    violations: tuple[str, ...]
    kept: int = 0
    """With how many checkpoints from outside the database the log was compared."""


@dataclass(frozen=True, slots=True)
class PayloadReport:
    """How many payloads were compared, and what is wrong with them, a sentence each."""

    checked: int
    violations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Milestone:
    """A size at which the root of the log was signed, and what to say if it is not that root."""

    size: int
    root: bytes
    contradiction: str
    shortened: str = ""
    frontier: Frontier | None = None


def verify(*, kept: Note | None = None) -> LogReport:
    """Recompute the whole log and return every violation found.

    Checks that indexes run from 0 without a gap, that each checkpoint's signature is a
    trusted key's, and that each checkpoint's tree, extended by the entries after it, is
    the next one's tree: that is both the root of every checkpoint and the consistency of
    each with the one before. The checkpoint that the log keeps outside the database is
    compared as well, and so is ``kept``, one that somebody else kept; without any, a log
    rewritten and signed again by the holder of its key passes.
    """
    violations: list[str] = []
    reached = Frontier()
    rows = checkpoint_rows.in_order()
    outside = list(_kept(kept, violations))
    milestones = sorted([*_signed(rows, violations), *outside], key=lambda milestone: milestone.size)
    for milestone in milestones:
        reached = _advance(reached, milestone, violations)
    signed_size = milestones[-1].size if milestones else 0
    try:
        for _leaf in entry_rows.leaf_hashes(start=signed_size):
            pass
    except entry_rows.MissingEntryError as gap:
        violations.append(str(gap))
    # A gap is met again by each milestone that cannot vouch for a start behind it: said once.
    return LogReport(entry_rows.count(), len(rows), tuple(dict.fromkeys(violations)), len(outside))


def verify_payloads(*, payloads: Iterable[tuple[int, bytes]], all_of_them: bool = True) -> PayloadReport:
    """Compare (index, payload) pairs with the log and return every violation found.

    ``payloads`` must cover every entry there is when this is called, in any order, unless they are not ``all_of_them``.
    """
    size = entry_rows.next_index() if all_of_them else 0
    seen = bytearray(size)
    checked = 0
    violations = []
    remaining = iter(payloads)
    while batch := list(islice(remaining, _BATCH)):
        leaves = entry_rows.leaf_hashes_at(indexes=[index for index, _payload in batch])
        for index, payload in batch:
            if index not in leaves:
                violations.append(f"A payload claims entry {index}, which the log does not have.")
                continue
            if leaves[index] != leaf_hash(payload):
                violations.append(f"The payload of entry {index} is not the one that was appended.")
            # Entries appended since are compared, but their payloads are not demanded.
            if index < size:
                seen[index] = 1
        checked += len(batch)
    if absent := seen.count(0):
        violations.append(f"{absent} entries have no payload, the first of them entry {seen.index(0)}.")
    return PayloadReport(checked, tuple(violations))


def _signed(rows: list[Checkpoint], violations: list[str]) -> Iterator[_Milestone]:
    """Yield what was signed; a signature that does not hold becomes a violation instead."""
    previous = 0
    for row in rows:
        try:
            frontier = check_stored(row)
        except ValueError as error:
            violations.append(f"Checkpoint {row.tree_size}: {error}.")
            continue
        size = row.tree_size
        contradiction = f"Entries {previous} to {size - 1} are not those that checkpoint {size} signed."
        yield _Milestone(size, frontier.root, contradiction, frontier=frontier)
        previous = size


def _kept(given: Note | None, violations: list[str]) -> Iterator[_Milestone]:
    """Yield what the checkpoints outside the database signed; what cannot be compared becomes a violation."""
    try:
        own = keeping.read()
    except keeping.KeptError as error:
        violations.append(str(error))
        own = None
    for note in filter(None, (own, given)):
        try:
            state = check_note(note)
        except ValueError as error:
            violations.append(f"The kept checkpoint: {error}.")
            continue
        yield _Milestone(
            state.size,
            state.root,
            f"The log is not the one the kept checkpoint of size {state.size} signed: it was rewritten.",
            f"The log ends before the kept checkpoint of size {state.size}: "
            "it was shortened, or restored from an older backup.",
        )


def _advance(reached: Frontier, milestone: _Milestone, violations: list[str]) -> Frontier:
    """Return the tree to go on from, after comparing the entries up to ``milestone`` with it.

    After a contradiction that is the signed tree, so that each stretch of the log is
    judged by itself and the sentences say where the damage is.
    """
    extended = reached
    try:
        extended = reached.extended(entry_rows.leaf_hashes(start=reached.size, end=milestone.size))
    except entry_rows.MissingEntryError as gap:
        ends_before = milestone.shortened and entry_rows.next_index() < milestone.size
        violations.append(milestone.shortened if ends_before else str(gap))
    else:
        if extended.root != milestone.root:
            violations.append(milestone.contradiction)
    return milestone.frontier or extended
