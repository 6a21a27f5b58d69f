"""Checkpoints of C2SP (c2sp.org/tlog-checkpoint): what a log says its state is."""

import re
from dataclasses import dataclass

from ledger.domain.merkle import HASH_BYTES
from ledger.domain.note import NoteError, decode_base64, encode_base64

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class TreeState:
    """The state of one log: its origin, its number of entries and its root hash."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> "TreeState":
        """Return the state in ``text``, the text of a note. Raise NoteError when it is malformed."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise NoteError("a checkpoint is not an origin, a size and a root hash, a line each")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise NoteError("the size in the checkpoint is not a plain decimal number")
        state = cls(origin, int(size), decode_base64(root), tuple(extensions))
        if len(state.root) != HASH_BYTES:
            raise NoteError(f"the root hash in the checkpoint is not {HASH_BYTES} bytes long")
        return state
