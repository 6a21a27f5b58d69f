"""The last checkpoint kept outside the database, where a restored or rewritten database cannot reach it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from ledger.domain.checkpoint import TreeState
from ledger.domain.note import Note, NoteError
from ledger.models import Checkpoint
from ledger.selectors import checkpoints as checkpoint_rows
from ledger.services.signing import check_note

_NAME = "checkpoint"


class KeptError(Exception):
    """The kept checkpoint cannot be read or written, or contradicts the database; the sentence says which."""


def path() -> Path | None:
    """Return the file that holds the last checkpoint, there or not; None where nothing is kept."""
    directory: Path | None = settings.LEDGER_KEPT
    return None if directory is None else directory / _NAME


def read() -> Note | None:
    """Return the kept checkpoint, or None when none is kept yet. Raise KeptError when it cannot be read."""
    place = path()
    if place is None:
        return None
    try:
        return Note.parse(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, NoteError) as error:
        raise KeptError(f"The kept checkpoint in {place} cannot be read: {error}.") from error


def keep(checkpoint: Checkpoint) -> None:
    """Keep a committed checkpoint in place of a smaller one. Raise KeptError when it cannot be written."""
    place = path()
    if place is None:
        return
    try:
        with _alone(place.parent):
            kept = _state(read())
            if kept is None or kept.size < checkpoint.tree_size:
                _write(place, checkpoint.note)
    except OSError as error:
        raise KeptError(f"The checkpoint was signed, but cannot be kept in {place}: {error}.") from error


def check_continued() -> None:
    """Raise KeptError when the database does not hold the kept checkpoint.

    Each kept checkpoint was committed first, so its absence means that the database was rewritten, or
    restored from a backup that is older.
    """
    kept = _state(read())
    if kept is None:
        return
    row = checkpoint_rows.of_size(kept.size)
    if row is None or bytes(row.root_hash) != kept.root:
        raise KeptError(
            f"The database does not hold the checkpoint of size {kept.size} that was signed and is kept in {path()}: "
            "it was rewritten, or restored from an older backup. Nothing is signed; see docs/ledger.md."
        )


def _state(note: Note | None) -> TreeState | None:
    if note is None:
        return None
    try:
        return check_note(note)
    except NoteError as error:
        raise KeptError(f"The kept checkpoint in {path()} does not verify: {error}.") from error


def _write(place: Path, text: str) -> None:
    """Replace the file at once and for good: a power cut leaves the old checkpoint or the new one."""
    draft = place.with_name(f"{place.name}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Let one process at a time replace what is kept."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
