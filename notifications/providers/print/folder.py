"""The folder a print house reads: a file is there whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings


class NothingThereError(Exception):
    """The file surely is not where the print house reads."""


def is_configured() -> bool:
    """Return whether the bank has named such a folder."""
    return bool(settings.PRINT_FOLDER)


def put(name: str, content: bytes) -> None:
    """Write a file under its name. Raise NothingThereError when it surely did not get there."""
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
    part.replace(place / name)


def has(name: str) -> bool:
    """Return whether the file lies there. That it does not proves nothing: it may have been taken away."""
    return (Path(settings.PRINT_FOLDER) / name).exists()
