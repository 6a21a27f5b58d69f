"""What a provider's terms let it carry to one country: an international provider bars money content from many."""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.purposes import Purpose
from collections_app.domain.terms import TermList

REFUSED = "provider_not_allowed"


class Carries(StrEnum):
    ALL = "all"
    SECURITY = "security"
    CODES = "codes"
    NOTHING = "nothing"


CARRIES = TermList(
    ("all", "全部短信", "Everything"),
    ("security", "仅验证码和安全提醒", "Codes and security notices only"),
    ("codes", "仅验证码", "Codes only"),
    ("nothing", "一律不发", "Nothing"),
)
# Every other purpose speaks of a loan, a card or what is owed on it, or leads to where that stands.
_PURPOSES: dict[str, frozenset[str]] = {
    Carries.ALL: frozenset(Purpose),
    Carries.SECURITY: frozenset({Purpose.OTP, Purpose.SECURITY}),
    Carries.CODES: frozenset({Purpose.OTP}),
    Carries.NOTHING: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """What a provider may carry to a country, and whether with a link."""

    carries: str = Carries.ALL
    links: bool = True

    def refuses(self, purpose: str, *, links: bool) -> str:
        """Return why a message may not be carried, or an empty text when it may."""
        return "" if purpose in _PURPOSES[self.carries] and (self.links or not links) else REFUSED


UNBOUND = Bound()
"""A country of which nothing is said."""
