"""Which past cases are alike, and what of them may be told: counts of groups large enough to hide everybody in."""

from dataclasses import dataclass

from collections_app.domain.terms import TermList

# No group smaller than this is told.
SMALLEST_GROUP = 5

# Upper ends of bands; the last band has none. Amounts in fen, ages in days since the case was opened.
AMOUNT_BANDS = (500_000, 2_000_000, 5_000_000, 20_000_000)
AGE_BANDS = (30, 90, 180)
MONTH_BANDS = (6, 12, 24)

RESULTS = TermList(
    ("none", "未达成协议", "No agreement"),
    ("running", "履行中", "Being performed"),
    ("kept", "已履行完毕", "Kept"),
    ("broken", "已违约", "Broken"),
    ("annulled", "已撤销", "Annulled"),
)


@dataclass(frozen=True, slots=True)
class Band:
    """A range; ``upper`` is its last value, None for no end."""

    lower: int
    upper: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """So many cases with this result; ``months`` is the band of the agreed term, None without an agreement."""

    result: str
    months: Band | None
    count: int


def band_of(value: int, uppers: tuple[int, ...]) -> Band:
    """Return the band a value lies in."""
    lower = 0
    for upper in uppers:
        if value <= upper:
            return Band(lower, upper)
        lower = upper + 1
    return Band(lower, None)


def tellable(groups: list[Group]) -> list[Group]:
    """Return the groups that may be told. No total goes with them: it would give the small ones away."""
    return [group for group in groups if group.count >= SMALLEST_GROUP]
