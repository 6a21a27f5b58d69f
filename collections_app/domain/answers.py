"""Approved answers: the words of the record they may name, and how they are filled from it."""

import re
from collections.abc import Mapping
from datetime import date

from collections_app.domain.terms import TermList

_WORD = re.compile(r"\{(\w+)\}")

# What an answer may name of the record, and of the bank.
WORDS = TermList(
    ("overdue", "逾期金额", "Overdue amount"),
    ("minimum_due", "最低还款待还", "Minimum still due"),
    ("billed", "账单待还", "Billed and unpaid"),
    ("payoff", "结清金额", "Payoff amount"),
    ("unbilled", "未出账", "Not yet billed"),
    ("payoff_until", "结清金额有效至", "Payoff valid until"),
    ("as_of", "数据日期", "Data as of"),
    ("account", "账户尾号", "Tail of the account"),
    ("promise_smallest", "最低可承诺金额", "Smallest amount that may be promised"),
    ("promise_last_day", "最晚可承诺日期", "Last day that may be promised"),
    ("bank", "银行名称", "Name of the bank"),
    ("hotline", "客服热线", "Hotline"),
    ("branch", "机构名称", "Name of the branch"),
)
# Told under these names of an account; the record remembers that they were.
AMOUNTS = ("overdue", "minimum_due", "billed", "payoff", "unbilled")
# Who hears these hears of a debt: only a person who has proven who they are.
OF_THE_DEBT = frozenset({*AMOUNTS, "payoff_until", "as_of", "account", "promise_smallest", "promise_last_day"})


def words_in(text: str) -> set[str]:
    """Return the words of the record that a text names."""
    return set(_WORD.findall(text))


def problem(*, zh: str, en: str) -> tuple[str, str]:
    """Return the code of what is wrong with the words of an answer, and the word; two empty texts when nothing is."""
    for word in sorted(words_in(zh) | words_in(en)):
        if word not in WORDS:
            return "answer_unknown_word", word
    return ("answer_words_differ", "") if words_in(zh) != words_in(en) else ("", "")


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """Return a text with the words of the record in it, or None when the record lacks one of them."""
    if not words_in(text) <= values.keys():
        return None
    return _WORD.sub(lambda match: values[match[1]], text)


def masked(text: str) -> str:
    """Return a text with dots for what only a proven person may hear."""
    return _WORD.sub(lambda match: "····" if match[1] in OF_THE_DEBT else match[0], text)


def day_in(day: date, language: str) -> str:
    """Return a day as it is said in a language."""
    return f"{day.month}月{day.day}日" if language.startswith("zh") else f"{day.day} {day:%B}"
