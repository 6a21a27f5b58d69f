"""Sealed files of talks: read, and reported when one is gone."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.files.storage import storages

from collections_app.domain.crypto import CannotOpenError
from collections_app.models import Branch
from collections_app.services import alerts
from collections_app.services.errors import RefusedError

STORAGE = "sealed"
ALERT = "mediation_file_lost"
_log = logging.getLogger(__name__)


class FileLostError(OSError):
    """A sealed file is not where it was put, or does not open."""


def read(name: str) -> bytes:
    """Return what a sealed file holds. Raise FileLostError when it is gone or does not open."""
    try:
        with storages[STORAGE].open(name) as stored:
            return bytes(stored.read())
    except (OSError, CannotOpenError) as error:
        raise FileLostError(name) from error


@contextmanager
def reporting(*, customer_branch: int | None, now: datetime) -> Iterator[None]:
    """Turn a lost file into RefusedError("file_lost"), and raise the alert of the branch.

    Must be around the transaction, not inside it: the refusal takes everything in there back, and the alert stays.
    """
    try:
        yield
    except FileLostError as error:
        _log.exception("a sealed file of talks is gone")
        branch = Branch.objects.filter(id=customer_branch).first() if customer_branch is not None else None
        alerts.raise_alert(kind=ALERT, detail={"count": 1}, now=now, branch=branch)
        raise RefusedError("file_lost") from error
