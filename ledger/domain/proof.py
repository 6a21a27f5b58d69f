"""Proofs that leave the house: one file, checked without the log and without a network.

An inclusion proof is written as c2sp.org/tlog-proof@v1, a consistency proof as the body
a witness takes at ``add-checkpoint`` (c2sp.org/tlog-witness).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.domain.checkpoint import TreeState
from ledger.domain.merkle import HASH_BYTES, is_included, leaf_hash
from ledger.domain.note import Note, NoteError, VerifierKey, decode_base64, encode_base64

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Entry ``index``, the path from its leaf to the root, and the checkpoint that signs the root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note

    def __str__(self) -> str:
        return f"{_HEADER}\nindex {self.index}\n{_hash_lines(self.path)}\n{self.checkpoint}"

    @classmethod
    def parse(cls, raw: str) -> "InclusionProof":
        """Return the proof in ``raw``, unchecked. Raise NoteError when it is malformed."""
        head, _, checkpoint = raw.partition("\n\n")
        header, *lines = head.split("\n")
        if header != _HEADER:
            raise NoteError(f"the proof does not begin with '{_HEADER}'")
        if lines and lines[0].startswith("extra "):
            # What a log adds for its own use; it takes no part in the proof.
            del lines[0]
        index = _INDEX.fullmatch(lines[0]) if lines else None
        if index is None:
            raise NoteError("the proof does not say which index it is for")
        return cls(int(index[1]), _parse_hashes(lines[1:]), Note.parse(checkpoint))

    def check(self, *, payload: bytes, keys: Iterable[VerifierKey]) -> TreeState:
        """Return the signed state of the log that holds ``payload``. Raise NoteError when it does not."""
        self.checkpoint.check_signed_by(keys)
        state = TreeState.parse(self.checkpoint.text)
        if not is_included(
            leaf=leaf_hash(payload), index=self.index, size=state.size, proof=self.path, root=state.root
        ):
            raise NoteError(f"the proof does not lead from the payload to the root of {state.origin}")
        return state


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """The path that proves a checkpoint extends the log as it was at ``old_size``."""

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: Note

    def __str__(self) -> str:
        return f"old {self.old_size}\n{_hash_lines(self.path)}\n{self.checkpoint}"


def _hash_lines(path: Iterable[bytes]) -> str:
    return "".join(f"{encode_base64(node)}\n" for node in path)


def _parse_hashes(lines: Iterable[str]) -> tuple[bytes, ...]:
    path = tuple(decode_base64(line) for line in lines)
    if any(len(node) != HASH_BYTES for node in path):
        raise NoteError(f"a hash in the proof is not {HASH_BYTES} bytes long")
    return path
