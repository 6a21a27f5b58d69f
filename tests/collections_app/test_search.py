"""The keys a customer is found by."""

import pytest

from collections_app.domain.search import name_keys, number_keys
from collections_app.domain.searches import key_of
from collections_app.domain.terms import Term, TermList


def test_a_name_is_found_whole_by_pinyin_and_by_initials() -> None:
    """However it is spaced; no name has no keys."""
    assert name_keys("陈晓梅") == name_keys(" 陈·晓 梅") == {"陈晓梅", "chenxiaomei", "cxm"}
    assert name_keys(" · ") == set()


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        ("+86 138-0000-6612", {"8613800006612", "6612"}),
        ("11010519491231002x", {"11010519491231002X", "002X"}),
        ("0011", {"0011"}),
        ("011", set()),
        ("", set()),
    ],
)
def test_a_number_is_found_whole_and_by_its_last_four(number: str, keys: set[str]) -> None:
    """Three signs would find half the bank."""
    assert number_keys(number) == keys


def test_a_code_list_names_each_code_once_in_both_languages() -> None:
    terms = TermList(("a", "甲", "First"), ("b", "乙", "Second"))
    assert (terms["a"].text("zh-hans"), terms["a"].text("ZH"), terms["b"].text("en")) == ("甲", "甲", "Second")
    assert terms.choices() == [("a", "First · 甲"), ("b", "Second · 乙")]
    assert terms["a"] == Term("a", "甲", "First")
    with pytest.raises(ValueError, match="twice"):
        TermList(("a", "甲", "First"), ("a", "乙", "Second"))


def test_a_search_is_known_by_the_kind_of_its_words() -> None:
    """Words with a digit are numbers or tails; nothing at all is taken for a name."""
    kinds = {"曾绿萍": "name", "zeng lv ping": "name", "5529": "number", "139 1111 2222": "number", "zlp 5529": "both"}
    assert {words: key_of(words) for words in kinds} == kinds
    assert key_of(" ") == "name"
