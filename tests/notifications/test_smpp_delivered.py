"""What message centres deliver, read without any: parts, names, alphabets."""

import asyncio

import pytest
from aiosmpplib import SmppMessage

from notifications.providers.smpp import delivered, parts, receipt_ids, receipts
from notifications.providers.smpp import link as links
from tests.notifications import smsc


def made(pdu: bytes) -> receipts.ReadableReceipt:
    """What the library is given of a delivery."""
    return receipts.ReadableReceipt.from_pdu(pdu, SmppMessage.parse_header(pdu[:16]))


def part(words: str | bytes, number: int, of: int = 3, coding: int = 0) -> receipts.ReadableReceipt:
    """A part of what one customer wrote."""
    octets = words.encode() if isinstance(words, str) else words
    header = bytes([5, 0, 3, 7, of, number])
    return made(smsc.delivery(octets, number=number, header=header, coding=coding))


def test_parts_whose_others_do_not_come_are_handed_over() -> None:
    """What is there, in its order, once it has waited; taken out, it is not kept for another text."""
    held = parts.EachPart("onecase")
    for each in (part("c", 3), part("a", 1)):
        assert asyncio.run(held.put_delivery_segmented(each)) is None
    assert list(held.left(older_than=60)) == []
    [left] = held.left(older_than=0)
    assert left.joined().short_message == "ac"
    assert list(held.left(older_than=0)) == []


def test_what_comes_while_parts_are_stored_is_kept() -> None:
    """By itself; put together again where storing fails, and then handed over though it is whole."""
    held = parts.EachPart("onecase")
    for each in (part("a", 1), part("b", 2)):
        asyncio.run(held.put_delivery_segmented(each))
    [left] = held.left(older_than=0)
    assert asyncio.run(held.put_delivery_segmented(part("c", 3))) is None
    held.put_back(left)
    [again] = held.left(older_than=0)
    assert again.joined().short_message == "abc"
    held.put_back(again)
    assert [each.joined().short_message for each in held.left(older_than=0)] == ["abc"]


def test_a_whole_text_that_could_not_be_stored_waits_for_its_last_part() -> None:
    """The centre delivers that again; only at the end of the link it is taken without."""
    held = parts.EachPart("onecase")
    asyncio.run(held.put_delivery_segmented(part("a", 1, 2)))
    for _ in range(2):
        whole = asyncio.run(held.put_delivery_segmented(part("b", 2, 2)))
        assert whole is not None
        assert whole.short_message == "ab"
        assert list(held.left(older_than=0)) == []
    assert len(list(held.left(older_than=0, whole=True))) == 1


def test_a_part_handed_over_late_is_named_by_the_bind_it_came_by(caplog: pytest.LogCaptureFixture) -> None:
    """Its number may stand for another text of this bind; what cannot be stored is kept and said."""
    names: list[str] = []
    link = links.Link(links.Centre("127.0.0.1", 1, "onecase", "x", "BANK"), links.Ears(
        lambda *_: None, lambda *_: None, lambda *_: None, lambda name, *_: names.append(name)))  # fmt: skip

    async def happen() -> None:
        link.each_part.session = "one"
        await link.each_part.put_delivery_segmented(part("a", 1))
        link.each_part.session = "two"
        link.ears.reply = lambda *_: 1 // 0
        await link._hand_over_parts(older_than=0)
        link.ears.reply = lambda name, *_: names.append(name)
        await link._hand_over_parts(older_than=0)

    asyncio.run(happen())
    assert names == ["one-1"]
    assert "ZeroDivisionError" in caplog.text


def test_a_sign_that_is_cut_at_the_edge_of_a_part_is_read() -> None:
    """Whether of two octets or of a pair; where a part is missing, the others are read as they are."""
    for said, alphabet, coding in (("我要退订", "gb18030", 15), ("退订😀", "utf-16-be", 8)):
        octets, held = said.encode(alphabet), parts.EachPart("onecase")
        assert asyncio.run(held.put_delivery_segmented(part(octets[-3:], 2, 2, coding))) is None
        whole = asyncio.run(held.put_delivery_segmented(part(octets[:-3], 1, 2, coding)))
        assert whole is not None
        assert whole.short_message == said
    assert delivered.joined([(3, b"c", 0), (1, "退".encode("gb18030"), 15)]) == "退c"


def test_a_receipt_is_read_as_it_stands_and_its_field_names_the_text() -> None:
    """Its words are no customer's: each octet is one sign; a name cut short in them is none."""
    assert made(smsc.delivery(b"id:ab_12$ stat:DELIVRD", number=1, esm_class=0b100)).parse_receipt()["id"] == "ab_12$"
    both = smsc.delivery(b"id:12 stat:DELIVRD", number=1, fields=smsc.field(0x001E, b"ab_12$\0"))
    assert made(both).parse_receipt()["id"] == "ab_12$"
    assert made(smsc.delivery(b"a_b", number=1)).short_message == "a§b"


def test_a_name_in_two_bases_is_one_name() -> None:
    """As the gateway says of itself; what is no number stays as it is."""
    assert [receipt_ids.taken(name, how="decimal") for name in ("0000001A", "1a", "x-1")] == ["26", "26", "x-1"]
    assert receipt_ids.reported("0026", how="decimal") == "26"
    assert receipt_ids.taken("26", how="hex") == receipt_ids.reported("0000001A", how="hex") == "1a"
    assert receipt_ids.taken("0026", how="same") == receipt_ids.reported("0026", how="same") == "0026"


def test_whatever_alphabet_a_text_says_it_is_in_it_is_read() -> None:
    """By its coding where that is true, else as it can be; what is cut short is none."""
    said = {(0, b"STOP"): "STOP", (0, "退订".encode()): "退订", (8, "退订".encode("utf-16-be") + b"\x00"): "退订",
            (0x18, "退订".encode("utf-16-be")): "退订", (15, "退订".encode("gb18030")): "退订", (3, b"\xe9"): "é",
            (4, "退订".encode()): "退订", (0xF1, b"TD"): "TD", (0xF5, b"TD"): "TD", (99, b"\xff"): "ÿ"}  # fmt: skip
    assert {given: delivered.decoded(given[1], given[0]) for given in said} == said
    for cut in (b"", b"\0" * 20, b"\0" * 16 + b"\0\1\1abc"):
        with pytest.raises(ValueError, match="cut short"):
            delivered.read(cut)
