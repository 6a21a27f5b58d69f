"""What a customer's reply says: its intents, each with how sure we are. Pure; the words are data beside it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList
from notifications.domain.signs import SIMPLE


class Intent(StrEnum):
    """What somebody who answers a text wants."""

    RISK_TO_LIFE = "risk_to_life"
    BEREAVEMENT = "bereavement"
    STOP = "stop"
    START = "start"
    HELP = "help"
    WRONG_NUMBER = "wrong_number"
    FRAUD = "fraud"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    PAID = "paid"
    WILL_PAY = "will_pay"
    PLAN = "plan"
    HARDSHIP = "hardship"
    CALL_ME = "call_me"
    ACKNOWLEDGED = "acknowledged"
    UNCLEAR = "unclear"


INTENTS = TermList(
    ("risk_to_life", "人身危险", "Risk to life"),
    ("bereavement", "客户身故", "The customer has died"),
    ("stop", "退订", "No more messages"),
    ("start", "恢复接收", "Messages again"),
    ("help", "询问用法", "Asks for help"),
    ("wrong_number", "号码有误", "Wrong number"),
    ("fraud", "盗刷/冒名", "Not taken out by them"),
    ("dispute", "对欠款有异议", "Disputes the debt"),
    ("complaint", "投诉", "Complaint"),
    ("paid", "称已还款", "Says paid"),
    ("will_pay", "承诺还款", "Will pay"),
    ("plan", "希望分期", "Wants a plan"),
    ("hardship", "还款困难", "Cannot pay"),
    ("call_me", "希望回电", "Wants a call"),
    ("acknowledged", "已阅", "Acknowledged"),
    ("unclear", "需人工判断", "For a person to read"),
)
# Below this a person decides: the cost of a wrong hold or a number closed in error is the customer's.
CERTAIN = 90
# A word in the middle of a sentence may mean the opposite of what it says alone.
_WHOLE, _TYPO, _WITHIN, _LONG = 99, 92, 91, 60
# Whoever writes at length tells a story: a person reads it.
_SHORT_SIGNS = 40


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """The words of one intent: whole replies, words that count where a reply begins with them, words within a reply,
    and words beside which those count for nothing."""

    intent: Intent
    whole: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    typos: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a reply says, and how sure that is, in per cent."""

    intent: Intent
    confidence: int

    @property
    def certain(self) -> bool:
        """Whether it may be acted upon without a person."""
        return self.confidence >= CERTAIN


# Marks that show nothing, and pictures.
_UNSEEN = frozenset({"Cf", "Cc", "So", "Mn"})
# What somebody says who sends a picture and no word.
_PICTURES = {
    "\N{OCTAGONAL SIGN}": "stop", "\N{NO ENTRY SIGN}": "stop", "\N{NO ENTRY}": "stop",
    "\N{THUMBS UP SIGN}": "ok", "\N{OK HAND SIGN}": "ok", "\N{WHITE HEAVY CHECK MARK}": "ok",
}  # fmt: skip
# A telephone writes these itself when somebody taps a mark on a text: what stands between the quotes is ours.
_TAPPED = re.compile(
    r"^\s*(liked|loved|laughed at|emphasized|questioned|disliked|赞了|喜欢了|爱了|觉得好笑|强调了|质疑了|踩了|不喜欢)"
    r"\s*[\u201c\"].*[\u201d\"]\s*$",
    re.IGNORECASE | re.DOTALL,
)
_TAPPED_KINDLY = frozenset({"liked", "loved", "赞了", "喜欢了", "爱了"})
_SPACES = re.compile(r"\s+")
_PLAIN = re.compile(r"[^\w\s]|_")


# After one of these, or on another line, somebody begins to say something else.
_PAUSE = r"[^\S\n]*[\n.,;:!)\]】」。、~—–]"
# A word like these at the head of what follows begins a sentence of its own, as in “STOP I have paid”.
_BEGIN_ANEW = frozenset({"i", "im", "ive", "ill", "we", "weve", "not", "wrong", "no", "already", "please", "thanks",
                         "stop", "td", "unsubscribe"})  # fmt: skip


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(SIMPLE).lower().replace("’", "'")
    folded = "".join(sign for sign in folded if sign == "\n" or unicodedata.category(sign) not in _UNSEEN)
    return folded.replace("'", "")


def plain(text: str) -> str:
    """Return a reply as the rules read it: half-width, simplified, small letters, no signs, single spaces."""
    return _SPACES.sub(" ", _PLAIN.sub(" ", _folded(text))).strip()


def _said(text: str) -> str:
    """Return the words of a reply; of one that is pictures alone, the word of the first that has one."""
    if tapped := _TAPPED.match(text):
        return "ok" if tapped[1].lower() in _TAPPED_KINDLY else ""
    return plain(text) or next((_PICTURES[sign] for sign in text if sign in _PICTURES), "")


def classify(text: str, rules: Sequence[ReplyRule]) -> list[Finding]:
    """Return everything a reply says, the gravest first (the order of ``Intent``); never nothing.

    A whole reply or one slip of the finger away from it is certain. A word at the beginning of a short reply is certain
    when it stands by itself there, one within it when nothing beside it turns it round; of a long one, and where more
    is said of what is to stop (“stop my autopay”), it is left to a person.
    """
    said = _said(text)
    bare = said.replace(" ", "")
    order = list(Intent)
    found: dict[Intent, int] = {}
    for rule in rules:
        confidence = max(_at_its_head(text, said, rule, rules), _confidence(said, bare, rule))
        if confidence:
            found[rule.intent] = max(confidence, found.get(rule.intent, 0))
    if len(found) > 1:
        found.pop(Intent.ACKNOWLEDGED, None)
    if {Intent.PAID, Intent.WILL_PAY} <= found.keys():
        # “Have paid” and “will pay” in one breath: which of them is the question a person asks.
        found[Intent.PAID] = found[Intent.WILL_PAY] = _LONG
    if not found:
        return [Finding(Intent.UNCLEAR, 0)]
    return [Finding(intent, found[intent]) for intent in sorted(found, key=order.index)]


def _confidence(said: str, bare: str, rule: ReplyRule) -> int:
    if not bare:
        return 0
    for word in rule.whole:
        if bare == word.replace(" ", ""):
            return _WHOLE
    if any(_holds(said, bare, word) for word in rule.unless):
        return 0
    if rule.typos and any(_slip(bare, word) for word in rule.whole):
        return _TYPO
    if any(_holds(said, bare, word) for word in rule.within):
        return _WITHIN if len(bare) <= _SHORT_SIGNS else _LONG
    return 0


def _at_its_head(text: str, said: str, rule: ReplyRule, rules: Sequence[ReplyRule]) -> int:
    """Return how sure it is that the word a reply begins with stands by itself there, whatever is said after it."""
    head = next((word for word in rule.first if said.startswith(f"{word} ")), "")
    if not head:
        return 0
    alone = re.match(rf"[\W_]*{re.escape(head)}{_PAUSE}", _folded(text)) is not None
    alone = alone or _begins_anew(said.removeprefix(f"{head} "), rules)
    return _WITHIN if alone and len(said.replace(" ", "")) <= _SHORT_SIGNS else _LONG


def _begins_anew(rest: str, rules: Sequence[ReplyRule]) -> bool:
    """Return whether what follows the head says something that has a rule of its own, and is not what is to stop."""
    first, bare = rest.split()[0], rest.replace(" ", "")
    if first.isascii() and first not in _BEGIN_ANEW:
        return False
    return any(rest in rule.whole or any(_holds(rest, bare, word) for word in rule.within) for rule in rules)


def _holds(said: str, bare: str, word: str) -> bool:
    """Return whether a reply holds a word: Latin ones between word boundaries, Chinese ones anywhere."""
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}\b", said) is not None
    return word in bare


# Words of their own, one sign away from one of the rules.
_OTHER_WORDS = frozenset({"quiet", "quite", "quits", "top", "star", "tart", "stoop", "stomp", "strop"})


def _slip(given: str, word: str) -> bool:
    """Return whether a word was typed with one sign too many, one too few, or two swapped.

    Another sign is another word: ``shop`` is not ``stop``, but ``sotp`` and ``stopp`` are.
    """
    if len(word) < 4 or not word.isascii() or abs(len(given) - len(word)) > 1 or given in _OTHER_WORDS:
        return False
    if len(given) == len(word):
        apart = [place for place in range(len(word)) if given[place] != word[place]]
        return len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(given) == sorted(word)
    longer, shorter = (given, word) if len(given) > len(word) else (word, given)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


# Who writes one of these wants no message of any class.
_EVERYTHING = frozenset(
    {"stopall", "optoutall", "stopeverything", "全部退订", "退订全部", "退订所有", "所有短信都不要再发", "什么都别发了"}
)


def stops_everything(text: str) -> bool:
    """Return whether somebody who opts out means every class of messages."""
    return _said(text).replace(" ", "") in _EVERYTHING


_AMOUNT = re.compile(
    r"(?:rmb|cny|hkd|usd|[¥￥$])\s*(\d{1,9}(?:\.\d{1,2})?)"
    r"|(\d{1,9}(?:\.\d{1,2})?)\s*(万)?\s*(?:元|块|圆|yuan|rmb|dollars?)",
    re.IGNORECASE,
)


def amount_fen(text: str) -> int | None:
    """Return the one amount in a reply, in fen; None when it names none, or several."""
    folded = unicodedata.normalize("NFKC", text).replace(",", "")
    found = set()
    for first, second, ten_thousand in _AMOUNT.findall(folded):
        whole, _, part = (first or second).partition(".")
        found.add((int(whole) * 100 + int(part.ljust(2, "0") or 0)) * (10_000 if ten_thousand else 1))
    return found.pop() if len(found) == 1 else None


_DAYS = {
    "今天": 0, "今日": 0, "今晚": 0, "today": 0, "tonight": 0, "明天": 1, "明日": 1, "明晚": 1, "tomorrow": 1,
    "后天": 2, "大后天": 3,
}  # fmt: skip
_WEEK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEK_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ON_ZH = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[号日]")
_ON_NUMBERS = re.compile(r"\b(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})\b")
_MONTHS = "|".join(_MONTH_EN)
_ON_EN = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTHS})[a-z]*|({_MONTHS})[a-z]*\s+(\d{{1,2}})(?:st|nd|rd|th)?)\b"
)
_WEEKDAY_ZH = re.compile(r"(下{0,2})(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")


def day_named(text: str, *, today: date) -> date | None:
    """Return the one day a reply names, today or later; None when it names none, or several."""
    folded = unicodedata.normalize("NFKC", text).translate(SIMPLE).lower()
    found = {day for day in _days(folded, today) if day is not None and day >= today}
    return found.pop() if len(found) == 1 else None


def _days(text: str, today: date) -> list[date | None]:
    days: list[date | None] = []
    rest = text
    for word in sorted(_DAYS, key=len, reverse=True):
        if word in rest:
            rest = rest.replace(word, " ")
            days.append(today + timedelta(days=_DAYS[word]))
    days += [_next_day(today, int(month) if month else None, int(day)) for month, day in _ON_ZH.findall(rest)]
    days += [
        _on(int(year), int(month), int(day)) if year else _next_day(today, int(month), int(day))
        for year, month, day in _ON_NUMBERS.findall(rest)
    ]
    for day, month, other_month, other_day in _ON_EN.findall(rest):
        named = _MONTH_EN.index(month or other_month) + 1
        days.append(_next_day(today, named, int(day or other_day)))
    for further, weekday in _WEEKDAY_ZH.findall(rest):
        monday = today - timedelta(days=today.weekday())
        days.append(monday + timedelta(days=7 * len(further) + _WEEK[weekday]))
    for number, name in enumerate(_WEEK_EN):
        if re.search(rf"\b{name}\b", rest):
            days.append(today + timedelta(days=(number - today.weekday()) % 7))
    return days


def _next_day(today: date, month: int | None, day: int) -> date | None:
    """Return the next such day of a month, or of the year."""
    if month is not None:
        this_year = _on(today.year, month, day)
        return this_year if this_year and this_year >= today else _on(today.year + 1, month, day)
    this_month = _on(today.year, today.month, day)
    if this_month and this_month >= today:
        return this_month
    following = today.replace(day=1) + timedelta(days=32)
    return _on(following.year, following.month, day)


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
