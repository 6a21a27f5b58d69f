"""Proofs for those who do not trust this database."""

from ledger.domain.merkle import (
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    tree_root,
)
from ledger.domain.note import Note
from ledger.domain.proof import ConsistencyProof, InclusionProof
from ledger.models import Checkpoint
from ledger.selectors import checkpoints as checkpoint_rows
from ledger.selectors import entries as entry_rows
from ledger.services.log import LogError


def prove_inclusion(*, index: int) -> InclusionProof:
    """Return the proof that entry ``index`` is in the log as last signed.

    Reads every leaf hash, 32 bytes each. Raise LogError when no checkpoint covers the
    entry yet, or when the entries no longer lead to what was signed.
    """
    checkpoint = _latest()
    if not 0 <= index < checkpoint.tree_size:
        raise LogError(
            f"Entry {index} is not under the last checkpoint, which covers the first "
            f"{checkpoint.tree_size}. Sign a new one with `ledger checkpoint`."
        )
    leaves = _leaves(checkpoint)
    path = inclusion_proof(index=index, leaf_hashes=leaves)
    root, size = bytes(checkpoint.root_hash), checkpoint.tree_size
    if not is_included(leaf=leaves[index], index=index, size=size, proof=path, root=root):
        raise _contradiction(checkpoint)
    return InclusionProof(index, path, Note.parse(checkpoint.note))


def prove_consistency(*, old_size: int) -> ConsistencyProof:
    """Return the proof that the log as last signed extends its first ``old_size`` entries.

    Reads every leaf hash, 32 bytes each. Raise LogError when the log was never signed at
    that size or later, or when the entries no longer lead to what was signed.
    """
    checkpoint = _latest()
    if not 0 <= old_size <= checkpoint.tree_size:
        raise LogError(f"The last checkpoint is of size {checkpoint.tree_size}: it never was at {old_size}.")
    leaves = _leaves(checkpoint)
    path = consistency_proof(old_size=old_size, leaf_hashes=leaves)
    if not is_consistent(
        old_size=old_size,
        old_root=tree_root(leaves[:old_size]),
        new_size=checkpoint.tree_size,
        new_root=bytes(checkpoint.root_hash),
        proof=path,
    ):
        raise _contradiction(checkpoint)
    return ConsistencyProof(old_size, path, Note.parse(checkpoint.note))


def _latest() -> Checkpoint:
    checkpoint = checkpoint_rows.latest()
    if checkpoint is None:
        raise LogError("Nothing was signed yet. Sign a first checkpoint with `ledger checkpoint`.")
    return checkpoint


def _leaves(checkpoint: Checkpoint) -> list[bytes]:
    try:
        return list(entry_rows.leaf_hashes(end=checkpoint.tree_size))
    except entry_rows.MissingEntryError as gap:
        raise _contradiction(checkpoint) from gap


def _contradiction(checkpoint: Checkpoint) -> LogError:
    return LogError(
        f"The entries are not those that checkpoint {checkpoint.tree_size} signed. "
        "Run `ledger verify` to see where they differ."
    )
