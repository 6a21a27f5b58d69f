"""References to recordings: what makes one usable as evidence, and how long the bank keeps it."""

import re
from dataclasses import dataclass
from datetime import date

# At least so many years after the call (practice.md 1, row 15).
KEPT_YEARS = 2
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a recording is found: the recording system's call id, the file's SHA-256, and until when it is kept."""

    call_id: str
    sha256: str
    kept_until: date | None = None


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def least_kept_until(*, called_on: date, settled_on: date | None = None) -> date:
    """Return until when a recording is kept at least: two years after the call, and until what it agreed is settled."""
    least = years_after(called_on, KEPT_YEARS)
    return max(least, settled_on) if settled_on else least


def problem(found: Found, *, called_on: date) -> str:
    """Return the code of what is wrong with a reference, or an empty text."""
    if not found.call_id.strip():
        return "recording_call_id_missing"
    if not _HASH.fullmatch(found.sha256.strip().lower()):
        return "recording_hash_malformed"
    if found.kept_until is not None and found.kept_until < least_kept_until(called_on=called_on):
        return "recording_kept_too_short"
    return ""
