"""What a text to customers may not say. Run when a template is saved and over every template shipped."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collections_app.domain.purposes import Purpose
from notifications.domain import template_words
from notifications.domain.kinds import KINDS, SAID_BY_FORM, Kind, MessageKind, Variant
from notifications.domain.opt_out import Demand, OptOut
from notifications.domain.rendering import variables_in
from notifications.domain.segments import mainland_parts, segments_of
from notifications.domain.signs import folded, is_unseen
from notifications.domain.template_problems import PROBLEMS, WARNINGS, WHY

__all__ = [
    "PROBLEMS",
    "WARNINGS",
    "WHY",
    "Counted",
    "Finding",
    "Real",
    "allowed_variables",
    "counted",
    "findings",
    "longest",
    "problems",
]

# The longest value each variable usually has, to see how many parts a text may take: in Chinese, in English.
_LONGEST = {
    "tail": ("4410", "4410"), "product": ("信用卡", "card"), "hotline": ("955XX", "955XX"),
    "due": ("11月30日", "30 Nov"), "since": ("11月30日", "30 Nov"), "pd": ("11月30日", "30 Nov"),
    "rdue": ("12月31日", "31 Dec"), "asof": ("11月30日", "30 Nov"),
    "month": ("12月", "Dec"), "k": ("12", "12"), "n": ("60", "60"),
    "code": ("12345678", "12345678"), "org": ("某某银行业纠纷调解中心", "Banking Disputes Mediation Centre"),
    "by": ("12月31日", "31 Dec"), "on": ("12月31日", "31 Dec"), "days": ("180", "180"), "newtail": ("4410", "4410"),
    "otp": ("123456", "123456"), "officer": ("专属顾问欧阳明华", "your adviser Alexander Ouyang"),
    "agency": ("某某资产服务公司", "Example Services Ltd"),
    "assignee": ("某某资产管理有限公司", "Example Asset Management Ltd"),
    "words": ("您要的资料已备好，请在工作日到本行网点领取", "the papers you asked for are ready at our branch"),
    "meeting": ("2026-11-30 14:30 电话", "2026-11-30 14:30 Telephone"),
    "until": ("2026-11-30 14:30", "2026-11-30 14:30"),
}  # fmt: skip
_LONGEST_AMOUNT = ("486400.00元", "486400.00 CNY")
_LONGEST_LINK = "https://repay.demobank.example/r/" + "x" * 26 + "/"
_BANK = ("示范银行", "Demo Bank")
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a text: its code in PROBLEMS and WHY, and where it stands (equal ends: nowhere)."""

    code: str
    start: int = 0
    end: int = 0

    @property
    def blocks(self) -> bool:
        """Whether the text may not be used as it is."""
        return self.code not in WARNINGS


@dataclass(frozen=True, slots=True)
class Counted:
    """A text with the longest values, as the handset shows it, and what it is charged as."""

    shown: str
    encoding: str
    units: int
    parts: int


# What the bank's own data have for the longest values, each in Chinese and English; ``amount`` is every amount,
# ``bank`` the signature.
Real = Mapping[str, tuple[str, str]]


def longest(body: str, real: Real | None = None, *, language: str = "") -> str:
    """Return the text with the longest values, for counting its parts: of the data where given, else the usual ones."""
    english = language.startswith("en") if language else body.isascii()
    known = _LONGEST | {"link": (_LONGEST_LINK, _LONGEST_LINK)} | dict(real or {})
    filled = body
    for name in variables_in(body):
        value = known.get(name) or known.get("amount") or _LONGEST_AMOUNT
        filled = filled.replace("{" + name + "}", value[1 if english else 0])
    return filled


def counted(body: str, real: Real | None = None, *, language: str) -> Counted:
    """Return how long a text is at the most, its signature counted: of a mainland platform in Chinese, else of GSM."""
    bank = (real or {}).get("bank", _BANK)
    filled = longest(body, real, language=language)
    if language.startswith("zh"):
        shown = f"【{bank[0]}】{filled}"
        return Counted(shown, segments_of(shown).encoding, len(shown), mainland_parts(shown))
    shown = f"{bank[1]}: {filled}"
    taken = segments_of(shown)
    return Counted(shown, taken.encoding, taken.units, taken.parts)


def problems(*, kind: str, variant: str, body: str, language: str = "", opt_out: OptOut | None = None) -> list[str]:
    """Return the codes of everything wrong with a text; an empty list means it may be approved."""
    found = findings(kind=kind, variant=variant, body=body, language=language, opt_out=opt_out)
    return list(dict.fromkeys(item.code for item in found if item.blocks))


def findings(
    *, kind: str, variant: str, body: str, language: str = "", real: Real | None = None, opt_out: OptOut | None = None
) -> list[Finding]:
    """Return all there is to say of a text, in the order of the checks; what does not block is a warning.

    ``opt_out`` is what the providers in use demand; by default what platforms of the mainland do.
    """
    row, form = KINDS[kind], Variant(variant)
    spoken = language or ("en" if body.isascii() else "zh-hans")
    found = [Finding("variant_not_of_kind")] if form not in row.variants else []
    found += _spans("brackets", template_words.BRACKETS, body)
    found += [Finding("unseen_signs", place, place + 1) for place, sign in enumerate(body) if is_unseen(sign)]
    found += _variables(row, form, body)
    found += _typed(body)
    found += _words(row, body)
    found += _opt_out(row, body, spoken, opt_out or OptOut.usual(spoken))
    found += _link(form, body)
    if form is not Variant.LETTER:  # a page has room
        found += _length(body, real, spoken)
    return found


def _spans(code: str, pattern: re.Pattern[str], body: str) -> Iterator[Finding]:
    """Find words however they are written: wide, traditional, with blanks or unseen marks between their signs."""
    text, places = folded(body)
    return (Finding(code, places[match.start()], places[match.end() - 1] + 1) for match in pattern.finditer(text))


def _variables(row: MessageKind, form: Variant, body: str) -> Iterator[Finding]:
    allowed = _allowed(row, form)
    for match in template_words.VARIABLE.finditer(body):
        where = (match.start(), match.end())
        if match[1] not in allowed:
            yield Finding("unknown_variable", *where)
        if form is Variant.NEUTRAL and match[1] not in {"hotline", "code"}:
            yield Finding("neutral_discloses", *where)
    hotlines = [match for match in template_words.VARIABLE.finditer(body) if match[1] == "hotline"]
    yield from (Finding("second_number", match.start(), match.end()) for match in hotlines[1:])
    if not hotlines and row.purpose not in {Purpose.OTP, Purpose.SECURITY}:
        yield Finding("no_hotline")


def allowed_variables(kind: str, variant: str) -> frozenset[str]:
    """Return the variables a text of a kind in a form may name."""
    if variant == Variant.NEUTRAL:
        return frozenset({"hotline", "code"})
    return _allowed(KINDS[kind], Variant(variant))


def _allowed(row: MessageKind, form: Variant) -> frozenset[str]:
    allowed = row.variables
    if form in SAID_BY_FORM:
        allowed = allowed - frozenset().union(*SAID_BY_FORM.values()) | SAID_BY_FORM[form]
    if form is Variant.LINK:
        allowed = allowed | {"link"}
    if form in {Variant.CODE, Variant.NEUTRAL}:
        allowed = allowed | {"code"}
    return allowed


def _typed(body: str) -> Iterator[Finding]:
    """What stands in the text itself and must come from the record."""
    yield from _spans("typed_number", template_words.DIGITS, body)
    yield from _spans("typed_amount", template_words.AMOUNT, body)
    yield from _spans("typed_date", template_words.DATE, body)


def _words(row: MessageKind, body: str) -> Iterator[Finding]:
    rules = [
        (template_words.REASSURING, "reassures", True),
        (template_words.THREATS, "threatens", row.purpose != Purpose.STATUTORY),
        (template_words.IMPERSONATES, "impersonates", True),
        (template_words.THIRD_PARTY, "third_party", True),
        (template_words.PERSONAL, "names_customer", True),
        (template_words.COLLECTION, "says_collection", row.code != Kind.PLAN_DUE),
        (template_words.FREE, "says_free", True),
        (template_words.RELATIVE, "relative_date", row.code != Kind.DUE_TODAY),
        (template_words.MEDIATION, "mediation_unnamed", "{org}" not in body),
    ]
    for pattern, code, applies in rules:
        if applies:
            yield from _spans(code, pattern, body)
    if row.purpose == Purpose.LIMITATION and not template_words.WAY_OUT.search(body):
        yield Finding("no_way_out")


def _opt_out(row: MessageKind, body: str, language: str, demanded: OptOut) -> Iterator[Finding]:
    demand = demanded.promotions if row.purpose == Purpose.MARKETING else demanded.notices
    if demand is Demand.FORBIDDEN:
        yield from _spans("opt_out_text", template_words.OPT_OUT, body)
    elif demand is Demand.REQUIRED and not template_words.OPT_OUT.search(body):
        yield Finding("opt_out_missing")


def _link(form: Variant, body: str) -> Iterator[Finding]:
    typed = list(_spans("typed_address", template_words.ADDRESS, body))
    links = list(template_words.LINK.finditer(body))
    if typed or form is not Variant.LINK:
        yield from typed
        yield from () if typed else (Finding("link_not_allowed", match.start(), match.end()) for match in links)
        return
    if len(links) != 1:
        yield from [Finding("link_missing"), *(Finding("link_missing", m.start(), m.end()) for m in links[1:])][:1]
        return
    end = links[0].end()
    # Without the space a phone takes the next sign for a part of the address.
    if body[end:] and not body[end:].startswith(" "):
        yield Finding("no_space_after_link", links[0].start(), min(end + 1, len(body)))


def _length(body: str, real: Real | None, language: str) -> Iterator[Finding]:
    if segments_of(longest(body, real, language=language)).parts > MOST_PARTS:
        yield Finding("too_long")
    elif counted(body, real, language=language).parts > 1:
        yield Finding("second_segment")
