"""What a message centre delivers, read octet by octet (SMPP 3.4, 4.6.1): in whatever alphabet, with whatever fields.

The library refuses what has no words, a field of octets that are no letters, an alphabet the standard leaves to the
centre, and takes a header of another kind for one of parts; what a customer or a network said would be lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aiosmpplib.codec import find_codec_info

HEADER = 16
PAYLOAD, RECEIPTED_ID, STATE = 0x0424, 0x001E, 0x0427
_SAR_REFERENCE, _SAR_TOTAL, _SAR_NUMBER = 0x020C, 0x020E, 0x020F
_UDH = 0b01000000
# Kinds of delivery (SMPP 3.4, 5.2.12): a receipt, and word from a text still under way.
_RECEIPTS = frozenset({0b0001, 0b1000})
_LATIN1 = 3
# Information elements of a header of parts (3GPP TS 23.040, 9.2.3.24): octets of the reference.
_PARTS = {0x00: 1, 0x08: 2}
_GSM, _UCS2 = "gsm0338", "utf-16-be"
# Data codings (SMPP 3.4, 5.2.19; 3GPP TS 23.038, 4), and 15, which gateways of the mainland use for GB 18030.
_ALPHABETS = {0: _GSM, 1: "ascii", 3: "latin-1", 5: "iso2022_jp", 6: "iso8859_5", 7: "iso8859_8", 8: _UCS2,
              14: "euc_kr", 15: "gb18030"}  # fmt: skip
# What a text may be in that is not what its coding says, the narrowest first; the last takes any octets.
_OTHERWISE = ("utf-8", "gb18030", "latin-1")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery: from where (type of number, number), what it is, its words, its fields, and which part of which."""

    ton: int
    source: str
    esm_class: int
    words: str
    fields: Mapping[int, bytes] = field(default_factory=dict)
    part: tuple[int, int, int] | None = None
    """Reference, number, of how many."""
    octets: bytes = b""
    coding: int = 0

    @property
    def is_receipt(self) -> bool:
        """Whether the centre speaks of a text of ours: by the kind of delivery, or because it names that text."""
        return _is_receipt(self.esm_class, self.fields)


def read(pdu: bytes) -> Delivered:
    """Return what stands in a deliver_sm. Raise ValueError for one that is cut short."""
    try:
        return _read(pdu)
    except IndexError as error:
        raise ValueError("a delivery is cut short") from error


def _read(pdu: bytes) -> Delivered:
    at = _after_text(pdu, HEADER)
    ton, (source, at) = pdu[at], _text(pdu, at + 2)
    at = _after_text(pdu, at + 2)
    esm_class = pdu[at]
    at = _after_text(pdu, _after_text(pdu, at + 3))
    coding, length = pdu[at + 2], pdu[at + 4]
    words, at = pdu[at + 5 : at + 5 + length], at + 5 + length
    fields: dict[int, bytes] = {}
    while at + 4 <= len(pdu):
        tag, size = int.from_bytes(pdu[at : at + 2]), int.from_bytes(pdu[at + 2 : at + 4])
        fields[tag] = pdu[at + 4 : at + 4 + size]
        at += 4 + size
    words = words or fields.get(PAYLOAD, b"")
    part = _part_of_fields(fields)
    if esm_class & _UDH and words:
        part, words = _part_of_header(words[1 : words[0] + 1]) or part, words[words[0] + 1 :]
    # What a receipt says is the centre's own, in signs of one octet each: as GSM its “_” would be another sign.
    read_as = _LATIN1 if coding == 0 and _is_receipt(esm_class, fields) else coding
    return Delivered(ton, source, esm_class, decoded(words, read_as), fields, part, words, coding)


def _is_receipt(esm_class: int, fields: Mapping[int, bytes]) -> bool:
    return (esm_class & 0b00111100) >> 2 in _RECEIPTS or bool(fields.get(RECEIPTED_ID, b"").rstrip(b"\0"))


def joined(parts: Iterable[tuple[int, bytes, int]]) -> str:
    """Return the words of parts, each as number, octets and coding: a sign may begin in one and end in the next."""
    runs: list[tuple[int, bytes, int]] = []
    for number, octets, coding in sorted(parts):
        if runs and runs[-1][0] == number - 1 and runs[-1][2] == coding:
            octets = runs.pop()[1] + octets
        runs.append((number, octets, coding))
    return "".join(decoded(octets, coding) for _, octets, coding in runs)


def _text(pdu: bytes, at: int) -> tuple[str, int]:
    end = pdu.find(b"\0", at)
    if end < 0:
        raise IndexError(at)
    return pdu[at:end].decode("ascii", "replace"), end + 1


def _after_text(pdu: bytes, at: int) -> int:
    return _text(pdu, at)[1]


def _part_of_fields(fields: Mapping[int, bytes]) -> tuple[int, int, int] | None:
    found = [int.from_bytes(fields.get(tag, b"")) for tag in (_SAR_REFERENCE, _SAR_NUMBER, _SAR_TOTAL)]
    return (found[0], found[1], found[2]) if found[2] > 1 else None


def _part_of_header(header: bytes) -> tuple[int, int, int] | None:
    """Return the part that a user data header names; ports and whatever else it holds say nothing of parts."""
    at = 0
    while at + 2 <= len(header):
        kind, size = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + size]
        if (wide := _PARTS.get(kind)) and len(value) == wide + 2 and value[wide] > 1:
            return int.from_bytes(value[:wide]), value[wide + 1], value[wide]
        at += 2 + size
    return None


def decoded(words: bytes, coding: int) -> str:
    """Return words in the alphabet their coding names, else in the first in which they can be read at all."""
    for alphabet in (_alphabet(coding), *_OTHERWISE):
        try:
            if alphabet == _GSM:
                return str(find_codec_info(_GSM, None).decode(words)[0])
            if alphabet == _UCS2:
                # Half a sign at its end is no reason to lose the others.
                return words[: len(words) // 2 * 2].decode(_UCS2, "replace")
            return words.decode(alphabet)
        except ValueError:
            continue
    raise ValueError("no alphabet")  # pragma: no cover  the last alphabet has every octet


def _alphabet(coding: int) -> str:
    if coding >= 0xF0:
        return _OTHERWISE[0] if coding & 0b100 else _GSM
    if 0x10 <= coding < 0x40:
        return {0: _GSM, 8: _UCS2}.get(coding & 0b1100, _OTHERWISE[0])
    return _ALPHABETS.get(coding, _OTHERWISE[0])
