"""Damaged text is told from text that only looks foreign."""

import pytest

from collections_app.domain.mojibake import is_mojibake


@pytest.mark.parametrize("text", ["", "Chen Xiaomei", "陈晓梅", "阿依古丽·买买提", "José Müller", "Ælfrēd", "ÿÿÿÿ"])
def test_a_genuine_name_is_no_damage(text: str) -> None:
    """Chinese, accents, and bytes that are no UTF-8 in any wrong reading."""
    assert not is_mojibake(text)


@pytest.mark.parametrize(
    ("meant", "encoding"),
    [
        ("陈晓梅梅", "gb18030"),
        ("陈晓梅梅", "cp1252"),
        ("陈晓梅梅", "latin-1"),
        ("北京市朝阳区", "gb18030"),
        ("北京市朝阳区", "latin-1"),
    ],
)
def test_chinese_read_in_a_wrong_encoding_is_recognised(meant: str, encoding: str) -> None:
    """The three readings that programs fall back to."""
    assert is_mojibake(meant.encode().decode(encoding))


def test_a_text_that_lost_its_last_character_is_recognised_and_one_that_breaks_earlier_is_not() -> None:
    """Pairs made of an odd number of bytes lose the last; more than that is another text."""
    garbled = "陈晓梅".encode().decode("latin-1")

    assert is_mojibake(garbled[:-1])
    assert is_mojibake(garbled + "éé")
    assert not is_mojibake(garbled[:4] + "éééé")


@pytest.mark.parametrize("text", ["陈\ufffd梅", "锟斤拷", "烫烫烫", "屯屯屯", "锘客户"])
def test_the_traces_of_lost_bytes_are_recognised(text: str) -> None:
    assert is_mojibake(text)


def test_misread_letters_that_were_never_chinese_are_left_alone() -> None:
    """Two letters that happen to be the UTF-8 of an accent prove nothing."""
    assert not is_mojibake("é".encode().decode("latin-1"))
