"""What a text to customers may not say. Run when a template is saved and over every template shipped."""

import re

from collections_app.domain.terms import TermList
from notifications.domain.kinds import KINDS, Kind, MessageKind, Variant
from notifications.domain.rendering import variables_in
from notifications.domain.segments import segments_of

_BRACKETS = re.compile("[【】]")
_DIGITS = re.compile(r"\+?\d[\d\-\s]{4,}\d|\d{5,}")
_ADDRESS = re.compile(r"https?:|www\.|\.(com|cn|net|org)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"今日|今天|明日|明天|昨天|后天|\b(today|tomorrow|yesterday|tonight)\b", re.IGNORECASE)
_REASSURING = re.compile(r"作废|不用还|无需还|不必还|免还|\bno need to pay\b", re.IGNORECASE)
_THREATS = re.compile(
    r"起诉|法院|公安|报警|失信|黑名单|坐牢|上门|曝光|\b(court|police|sue|lawsuit|blacklist|arrest|jail)\b",
    re.IGNORECASE,
)
_COLLECTION = re.compile(r"催收|\bdebt collect", re.IGNORECASE)
_OPT_OUT = re.compile(r"拒收请回复|回复R|回TD|退订")
_FREE = re.compile(r"免费|不收费|\bfree\b", re.IGNORECASE)
_MEDIATION = re.compile(r"调解|mediat", re.IGNORECASE)

# The longest value each variable usually has, to see how many parts a text may take: in Chinese, in English.
_LONGEST = {
    "tail": ("4410", "4410"), "product": ("信用卡", "card"), "hotline": ("955XX", "955XX"),
    "due": ("11月30日", "30 Nov"), "since": ("11月30日", "30 Nov"), "pd": ("11月30日", "30 Nov"),
    "rdue": ("12月31日", "31 Dec"), "asof": ("11月30日", "30 Nov"),
    "month": ("12月", "Dec"), "k": ("12", "12"), "n": ("60", "60"),
    "code": ("12345678", "12345678"), "org": ("某某银行业纠纷调解中心", "Banking Disputes Mediation Centre"),
    "meeting": ("2026-11-30 14:30 电话", "2026-11-30 14:30 Telephone"),
}  # fmt: skip
_LONGEST_AMOUNT = ("486400.00元", "486400.00 CNY")
_LONGEST_LINK = "https://repay.demobank.example/r/" + "x" * 22 + "/"
MOST_PARTS = 3

PROBLEMS = TermList(
    ("variant_not_of_kind", "该种类没有此形式", "this kind has no such form"),
    ("brackets", "不得含【】，签名由平台加", "no 【】: the platform adds the signature"),
    ("unknown_variable", "含未知变量", "an unknown variable"),
    ("second_number", "只能有一个电话", "more than one telephone number"),
    ("typed_number", "电话须用{hotline}", "a typed number: use {hotline}"),
    ("typed_address", "链接须用{link}", "a typed address: use {link}"),
    ("reassures", "不得说作废或无需还款", "it says that nothing is to be paid"),
    ("threatens", "不得含威胁或诉讼用语", "it threatens"),
    ("says_collection", "不得出现“催收”", "it speaks of debt collection"),
    ("opt_out_text", "通知短信不得含退订语", "an opt-out text"),
    ("says_free", "不得写免费", "it says that something is free"),
    ("relative_date", "日期须写明月日", "a date that depends on the day of reading"),
    ("mediation_unnamed", "提及调解须写明机构{org}", "mediation without the organisation {org}"),
    ("link_not_allowed", "此形式不得含链接", "a link in a form without one"),
    ("link_missing", "链接版须含一个{link}", "the form with a link needs one {link}"),
    ("no_space_after_link", "链接后须空一格", "no space after the link"),
    ("neutral_discloses", "隐去版不得含账户或金额", "the neutral form names an account or amount"),
    ("too_long", "过长", "too long"),
)


def longest(body: str) -> str:
    """Return the text with the longest usual values, for counting its parts."""
    language = 1 if body.isascii() else 0
    filled = body
    for name in variables_in(body):
        value = _LONGEST_LINK if name == "link" else _LONGEST.get(name, _LONGEST_AMOUNT)[language]
        filled = filled.replace("{" + name + "}", value)
    return filled


def problems(*, kind: str, variant: str, body: str) -> list[str]:
    """Return the codes of everything wrong with a text; an empty list means it may be approved."""
    row = KINDS[kind]
    form = Variant(variant)
    named = variables_in(body)
    found = []
    if form not in row.variants:
        found.append("variant_not_of_kind")
    if _BRACKETS.search(body):
        found.append("brackets")
    if set(named) - _allowed(row, form):
        found.append("unknown_variable")
    found += _numbers(body, named)
    found += _words(row, form, body)
    found += _link(form, body, named)
    if form is Variant.NEUTRAL and set(named) - {"hotline", "code"}:
        found.append("neutral_discloses")
    if segments_of(longest(body)).parts > MOST_PARTS:
        found.append("too_long")
    return found


def _allowed(row: MessageKind, form: Variant) -> frozenset[str]:
    allowed = row.variables
    if form is Variant.LINK:
        allowed = allowed | {"link"}
    if form in {Variant.CODE, Variant.NEUTRAL}:
        allowed = allowed | {"code"}
    return allowed


def _numbers(body: str, named: list[str]) -> list[str]:
    found = []
    if named.count("hotline") > 1:
        found.append("second_number")
    if _DIGITS.search(body):
        found.append("typed_number")
    return found


def _words(row: MessageKind, form: Variant, body: str) -> list[str]:
    rules = [
        (_REASSURING, "reassures", True),
        (_THREATS, "threatens", True),
        (_COLLECTION, "says_collection", row.code != Kind.PLAN_DUE),
        (_OPT_OUT, "opt_out_text", True),
        (_FREE, "says_free", True),
        (_RELATIVE, "relative_date", row.code != Kind.DUE_TODAY),
        (_MEDIATION, "mediation_unnamed", "{org}" not in body),
    ]
    return [code for pattern, code, applies in rules if applies and pattern.search(body)]


def _link(form: Variant, body: str, named: list[str]) -> list[str]:
    if _ADDRESS.search(body):
        return ["typed_address"]
    if form is not Variant.LINK:
        return ["link_not_allowed"] if "link" in named else []
    if named.count("link") != 1:
        return ["link_missing"]
    after = body.split("{link}", 1)[1]
    # Without the space a phone takes the next sign for a part of the address.
    return ["no_space_after_link"] if after and not after.startswith(" ") else []
