"""Which of several providers carries a message, and when one falters so much that another takes its share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

# So many calls are seen before a provider is judged, within one such window.
FEWEST_CALLS = 20
WINDOW = timedelta(minutes=1)
# Every third call in error, or calls that take so long on average, send its share another way for so long.
ERRORS_PER_CALL = 0.3
SLOW_MS = 5000
AVOIDED_FOR = timedelta(minutes=5)

Place = tuple[int | None, str]
"""A branch (None: any) and a country (empty: any)."""


@dataclass(frozen=True, slots=True)
class Share:
    """What part of a place's messages a provider carries. Weight 0: only while no other can be used."""

    provider: str
    weight: int


def shares_for(table: Mapping[Place, Sequence[Share]], *, branch_id: int, country: str, own: str) -> Sequence[Share]:
    """Return the shares that hold for a branch and a country: the narrowest given, else all to the branch's ``own``."""
    for place in ((branch_id, country), (branch_id, ""), (None, country), (None, "")):
        if shares := table.get(place):
            return shares
    return (Share(own, 1),)


def choose(shares: Sequence[Share], *, usable: Collection[str], avoided: Collection[str], key: int) -> str:
    """Return the provider of the message with that key, or an empty text when none of the shares can be used.

    The same key gets the same provider as long as the same ones can be used. One that falters is avoided while there
    is another.
    """
    able = [share for share in shares if share.provider in usable]
    able = [share for share in able if share.provider not in avoided] or able
    able = [share for share in able if share.weight] or able
    if not able:
        return ""
    place = key % max(sum(share.weight for share in able), 1)
    for share in able:
        place -= share.weight
        if place < 0:
            return share.provider
    return able[0].provider


def falters(*, calls: int, errors: int, mean_ms: float) -> str:
    """Return why a provider should be avoided by what was seen of it in a window, or an empty text."""
    if calls < FEWEST_CALLS:
        return ""
    if errors >= calls * ERRORS_PER_CALL:
        return "errors"
    return "slow" if mean_ms > SLOW_MS else ""
