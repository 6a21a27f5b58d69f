"""The folder a print house reads: a file is there whole or not at all."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

# With one of these a move was refused before it was made: no such folder, not allowed, read only, another disk, full.
_REFUSED = frozenset({errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EXDEV, errno.ENOSPC})


class NothingThereError(Exception):
    """The file surely is not where the print house reads."""


class NobodyKnowsError(Exception):
    """The file may be where the print house reads, and may not."""


def is_configured() -> bool:
    """Return whether the bank has named such a folder."""
    return bool(settings.PRINT_FOLDER)


def put(name: str, content: bytes) -> None:
    """Write a file under its name.

    Raise NothingThereError when it surely did not get there, NobodyKnowsError when its last move was not answered.
    """
    place = Path(settings.PRINT_FOLDER)
    part = place / f".{name}.part"
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise NothingThereError(name) from error
    # Until now nobody looks at it; from here on the print house may take it away at any moment.
    try:
        part.replace(place / name)
    except OSError as error:
        if error.errno in _REFUSED:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise NothingThereError(name) from error
        # On a folder of another machine a move may have been made and its answer lost.
        raise NobodyKnowsError(name) from error
    with suppress(OSError):
        _keep(place)


def _keep(place: Path) -> None:
    """Write the folder itself down: after a power cut a file that was moved there is still there."""
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def has(name: str) -> bool:
    """Return whether the file lies there. That it does not proves nothing: it may have been taken away."""
    return (Path(settings.PRINT_FOLDER) / name).exists()
