"""The room's words for refusals: every code in both languages, and nobody else's."""

import pytest

from mediation.domain.refusals import PROPOSAL_PROBLEMS, REFUSALS, TERMS_PROBLEMS, known, sentence


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("session_over", "这场会议已经结束。", "This session is over."),
        ("sum_differs", "各期合计与协议总额不一致。", "The instalments do not add up to the agreed sum."),
        ("not_overdue", "该账户没有逾期。", "The account is not overdue."),
    ],
)
def test_a_code_of_each_list_has_its_sentence(code: str, zh: str, en: str) -> None:
    """What is refused outright, what is wrong with terms, and what speaks against talks."""
    assert known(code)
    assert (sentence(code, language="zh-hans"), sentence(code, language="en")) == (zh, en)


def test_no_code_stands_in_two_lists() -> None:
    """Otherwise the first list would speak for the other."""
    codes = [*REFUSALS, *TERMS_PROBLEMS, *PROPOSAL_PROBLEMS]
    assert len(codes) == len(set(codes))


def test_a_code_of_another_room_is_not_known_and_has_no_sentence_here() -> None:
    """The ground floor has the words for its own."""
    assert not known("promise_pending")
    with pytest.raises(KeyError, match="promise_pending"):
        sentence("promise_pending", language="en")
