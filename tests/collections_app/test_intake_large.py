"""A file of 200 MB is a night of 300,000 accounts: read in constant memory, refused for what is wrong in it."""

import resource
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from collections_app.domain.intake.format import COLUMNS
from collections_app.models import Account, Customer
from collections_app.services import intake, records

MB = 1024 * 1024
LARGE = 200 * MB
# What reading may need beside one block, one line and the lines kept to be shown; the file itself would be 200.
MOST_MB = 100


def test_200_mb_of_nonsense_is_refused_with_its_reason_in_constant_memory(
    db: None, tmp_path: Path, now: datetime
) -> None:
    """Not for its size, but because no row of it can be read: the page says so, and nothing of it is applied."""
    line = b"x" * 511 + b"\n"
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(",".join(COLUMNS).encode() + b"\n")
        for _block in range(LARGE // (len(line) * 2048)):
            file.write(line * 2048)
        # A last row of fewer columns would be half a file.
        file.write(b"," * (len(COLUMNS) - 1) + b"\n")
    assert LARGE <= path.stat().st_size < settings.INTAKE_MAX_BYTES
    before = _peak()

    batch = intake.take_in(path=path, as_of=date(2026, 11, 19), actor=records.SYSTEM, now=now)

    assert (batch.state, batch.refused_reason) == ("refused", "too_many_rejected")
    assert batch.refused_detail
    assert not Customer.objects.exists()
    assert not Account.objects.exists()
    assert _peak() - before < MOST_MB


def _peak() -> float:
    """The most memory this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
