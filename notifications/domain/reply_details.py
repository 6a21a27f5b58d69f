"""What a reply that says "paid" or complains tells beside that: by what way, when, and about what. Pure."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from notifications.domain.replies import plain

# The first of these that is found in a reply is what it means; codes of the lists of payment channels and of
# kinds of complaints about conduct.
_Words = Sequence[tuple[str, re.Pattern[str]]]
_PAID_BY: _Words = (
    ("gateway", re.compile(r"微信|支付宝|云闪付|wechat|alipay|unionpay")),
    ("app", re.compile(r"手机银行|\bapp\b|mobile bank")),
    ("web", re.compile(r"网银|网上银行|online bank|website")),
    ("counter", re.compile(r"柜台|柜面|网点|营业厅|counter|at the branch|in branch")),
    ("atm", re.compile(r"存款机|自助机|\batm\b|cash machine")),
    ("interbank", re.compile(r"跨行|他行|别的银行|other bank|another bank")),
    ("autodebit", re.compile(r"自动扣|代扣|扣款|direct debit|autopay|auto debit")),
    ("third_payer", re.compile(r"(?:帮|替|代)我(?:还|转|付)|paid (?:it )?for me")),
)
NOT_SAID = "not_said"
_DAYS_AGO = (
    (3, re.compile(r"大前天")),
    (2, re.compile(r"前天|day before yesterday|two days ago|2 days ago")),
    (1, re.compile(r"昨天|昨日|昨晚|yesterday|last night")),
)
_ON_ZH = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[号日]")
_CONDUCT: _Words = (
    ("after_payment", re.compile(r"(?:已|都|早)经?还.{0,8}(?:还|仍|又)在?(?:催|发|打)|after i paid|already paid")),
    ("threat", re.compile(r"威胁|恐吓|辱骂|骂人|骂我|暴力|侮辱|threat|abus|insult")),
    (
        "third_party",
        re.compile(r"家人|父母|同事|单位|公司|朋友|邻居|通讯录|family|mother|colleague|employer|at work|boss"),
    ),
    ("wrong_hours", re.compile(r"半夜|凌晨|深夜|大晚上|at night|midnight|early morning")),
    ("leak", re.compile(r"泄露|泄漏|leak")),
    (
        "too_often",
        re.compile(r"骚扰|天天|每天|不停|频繁|一直(?:打|发)|轰炸|没完|harass|every day|all day|too often|stop calling"),
    ),
)
_FOLDING = re.compile(r"\s+")


def paid_by(text: str) -> str:
    """Return the code of the way a customer says to have paid by."""
    said = plain(text)
    return next((code for code, words in _PAID_BY if words.search(said)), NOT_SAID)


def paid_on(text: str, *, today: date) -> date:
    """Return the day a customer says to have paid on, today where they name none that has been."""
    said = plain(text)
    for days, words in _DAYS_AGO:
        if words.search(said):
            return today - timedelta(days=days)
    named = {day for month, number in _ON_ZH.findall(_FOLDING.sub("", said)) if (day := _before(today, month, number))}
    return named.pop() if len(named) == 1 else today


def _before(today: date, month: str, number: str) -> date | None:
    """Return the latest such day that has been."""
    first = today.replace(day=1)
    before = first.replace(year=today.year - 1) if month else first - timedelta(days=1)
    for around in (first, before):
        try:
            day = date(around.year, int(month or around.month), int(number))
        except ValueError:
            continue
        if day <= today:
            return day
    return None


def conduct(text: str) -> str:
    """Return what a complaint about conduct is about, as a kind of complaint; empty where it is about none of it."""
    said = plain(text)
    return next((code for code, words in _CONDUCT if words.search(said)), "")
