"""When a file is too strange to be taken in at all: the bank's limits on lost rows and vanished accounts."""

from collections.abc import Iterable
from dataclasses import dataclass

from collections_app.domain.intake.file import FileRefusedError

# A handful of rows is no sign that the file is wrong, however small the file.
FEW_ROWS = 3


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many per cent of rows may be rejected, and of open accounts may vanish (the bank's policy)."""

    rejected_percent: int = 5
    vanished_percent: int = 20


def check_count(*, total: int, told: Iterable[int | None]) -> None:
    """Refuse a file that has another number of rows than was told, by its own last line or by a person."""
    for number in told:
        if number is not None and number != total:
            raise FileRefusedError("row_count", told=number, total=total)


def check_rejected(*, total: int, rejected: int, commonest: str, tolerance: Tolerance) -> None:
    """Refuse a file without rows, or with too many rejected ones; ``commonest`` is their most frequent reason."""
    if not total:
        raise FileRefusedError("no_rows")
    beyond = rejected * 100 > total * tolerance.rejected_percent and rejected > FEW_ROWS
    if rejected == total or beyond:
        reason = "mojibake" if commonest == "mojibake" else "too_many_rejected"
        raise FileRefusedError(
            reason, rejected=rejected, total=total, limit_percent=tolerance.rejected_percent, commonest=commonest
        )


def check_vanished(*, before: int, vanished: int, tolerance: Tolerance) -> None:
    """Refuse a file in which too many of the accounts that were open are missing."""
    if vanished * 100 > before * tolerance.vanished_percent and vanished > FEW_ROWS:
        raise FileRefusedError(
            "too_many_vanished", vanished=vanished, before=before, limit_percent=tolerance.vanished_percent
        )
