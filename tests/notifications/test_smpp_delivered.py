"""What message centres deliver, read without any: parts, names, alphabets."""

import asyncio

import pytest
from aiosmpplib import DeliverSm, OptionalParam, PhoneNumber

from notifications.providers.smpp import delivered, parts, receipt_ids


def test_parts_whose_others_do_not_come_are_handed_over() -> None:
    """What is there, in its order, once it has waited; what has been stored is not kept for another text."""
    held = parts.EachPart("onecase")
    params = [OptionalParam(0x020C, 7), OptionalParam(0x020E, 3)]
    came = [
        DeliverSm(short_message=words, source=PhoneNumber("1"), destination=PhoneNumber("2"),
                  optional_params=[*params, OptionalParam(0x020F, number)])
        for number, words in ((3, "c"), (1, "a"))
    ]  # fmt: skip
    for part in came:
        assert asyncio.run(held.put_delivery_segmented(part)) is None
    assert held.left(older_than=60) == []
    [left] = held.left(older_than=0)
    assert left.short_message == "ac"
    held.stored(left)
    assert held.left(older_than=0) == []


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
