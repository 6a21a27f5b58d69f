"""How many parts a text message takes, and in which alphabet it travels (facts S-1 to S-5)."""

from dataclasses import dataclass
from enum import StrEnum

# The default alphabet of GSM 03.38, without ESC, which is no sign of its own.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these is sent as ESC and a second septet.
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """The alphabet of a text, its length in units of that alphabet, and its parts."""

    encoding: Encoding
    units: int
    parts: int


_LIMITS = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


def segments_of(text: str) -> Segments:
    """Return how a text is sent. One sign outside GSM-7 turns the whole message into UCS-2.

    An escape pair or a surrogate pair is never split between two parts, so a part may end one unit early.
    """
    if all(sign in GSM_BASIC or sign in GSM_EXTENSION for sign in text):
        encoding = Encoding.GSM7
        widths = [2 if sign in GSM_EXTENSION else 1 for sign in text]
    else:
        encoding = Encoding.UCS2
        widths = [2 if ord(sign) > 0xFFFF else 1 for sign in text]
    units = sum(widths)
    single, part = _LIMITS[encoding]
    if units <= single:
        return Segments(encoding, units, 1 if text else 0)
    return Segments(encoding, units, _parts(widths, part))


def mainland_parts(text: str) -> int:
    """Return how many parts a mainland platform charges: every sign counts one, the signature's too (S-5)."""
    length = len(text)
    if length == 0:
        return 0
    return 1 if length <= 70 else -(-length // 67)


def _parts(widths: list[int], room: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
