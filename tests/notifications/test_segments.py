"""Counting parts of a text message."""

import json

import pytest

from notifications.domain.segments import GSM_BASIC, GSM_EXTENSION, Encoding, mainland_parts, segments_of
from tests.conformance import published

VECTORS = published("sms_segments", "twilio_segment_vectors.json")
TABLES = published("gsm7", "gsm7_tables_from_4_libraries.json")


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", Encoding.GSM7, 0),
        ("a" * 160, Encoding.GSM7, 1),
        ("a" * 161, Encoding.GSM7, 2),
        ("a" * 306, Encoding.GSM7, 2),
        ("a" * 307, Encoding.GSM7, 3),
        ("€" * 80, Encoding.GSM7, 1),
        ("€" * 81, Encoding.GSM7, 2),
        ("您" * 70, Encoding.UCS2, 1),
        ("您" * 71, Encoding.UCS2, 2),
        ("您" * 134, Encoding.UCS2, 2),
        ("您" * 135, Encoding.UCS2, 3),
        ("a" * 159 + "您", Encoding.UCS2, 3),
    ],
)
def test_parts_follow_the_alphabet(text: str, encoding: Encoding, parts: int) -> None:
    """160 and 153 signs of GSM-7, 70 and 67 of UCS-2; one Chinese sign turns the whole message."""
    counted = segments_of(text)
    assert (counted.encoding, counted.parts) == (encoding, parts)


def test_an_escape_pair_is_never_split() -> None:
    """153 units hold 76 pairs and one unit is left empty: 306 units of pairs take three parts, not two."""
    assert segments_of("€" * 153).units == 306
    assert segments_of("€" * 153).parts == 3


def test_a_surrogate_pair_is_never_split() -> None:
    """67 units hold 33 pairs: 134 units of pairs take three parts, not two."""
    assert segments_of("😜" * 67).units == 134
    assert segments_of("😜" * 67).parts == 3


def test_a_mainland_platform_counts_every_sign_once() -> None:
    """160 signs are three parts there, whatever the alphabet."""
    assert [mainland_parts("a" * length) for length in (0, 70, 71, 134, 160)] == [0, 1, 2, 2, 3]


@pytest.mark.skipif(not VECTORS.exists(), reason="the published vectors are not on this machine")
def test_counts_agree_with_the_published_vectors() -> None:
    """Alphabet and parts as Twilio's own calculator has them."""
    for vector in json.loads(VECTORS.read_text(encoding="utf-8")):
        counted = segments_of(vector["body"])
        assert (counted.encoding, counted.parts) == (vector["encoding"], vector["segments"]), vector["testDescription"]


@pytest.mark.skipif(not TABLES.exists(), reason="the published tables are not on this machine")
def test_the_alphabet_agrees_with_the_published_tables() -> None:
    """The basic and the extension table as other libraries have them."""
    tables = json.loads(TABLES.read_text(encoding="utf-8"))
    assert set(tables["sms_segments_calculator_1_3_0"]["basic"]) == GSM_BASIC
    assert set(tables["sms_segments_calculator_1_3_0"]["extension"]) == GSM_EXTENSION
    assert set(tables["gsm0338_1_1_0"]["basic"]) - {"\x1b"} == GSM_BASIC
