"""A decision on a contact in words, from what was kept of it: every check, its rule, its inputs and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.translation import get_language

from collections_app.domain.money import yuan_text
from collections_app.domain.people import DEBT_ROLES
from collections_app.domain.purposes import CHANNELS, MESSAGE_CLASSES
from collections_app.domain.reasons import CHECKS, RESULTS
from collections_app.domain.rule_terms import AFTERS, BASES, COUNTS, SCOPES
from collections_app.domain.staff import DEPARTMENTS
from collections_app.domain.terms import TermList
from collections_app.selectors import codes
from collections_app.services import refusal_texts

# Inputs that explain a finding to a person, in this order; the others stay in what was kept.
INPUTS = TermList(
    ("as_of", "数据日期", "data of"),
    ("oldest", "不早于", "not before"),
    ("used", "已用", "used"),
    ("most", "上限", "at most"),
    ("days", "天数", "days"),
    ("minutes", "分钟", "minutes"),
    ("counts", "计数", "counted"),
    ("scope", "分别计算", "per"),
    ("after", "起算", "after"),
    ("channel", "渠道", "by"),
    ("message_class", "退订类别", "class of messages"),
    ("from", "自", "from"),
    ("to", "至", "to"),
    ("zone", "时区", "time zone"),
    ("clock", "当地时间", "there it is"),
    ("day", "当地日期", "day there"),
    ("hold", "停催", "hold"),
    ("incident", "应急编号", "incident no."),
    ("in_force", "生效但不影响本次", "in force, but not for this"),
    ("via", "仅限", "only to"),
    ("via_staff", "仅限部门", "only by"),
    ("approval", "审批编号", "approval"),
    ("relation", "与客户关系", "relation"),
    ("role", "登记的身份", "role on record"),
    ("usable_points", "本人可用号码", "usable numbers of their own"),
    ("failures", "连续未接通", "missed in a row"),
    ("needed", "须连续未接通", "needed"),
    ("verified", "核实日期", "verified on"),
    ("permission", "联系意愿", "wish"),
    ("kind", "联系方式", "kind"),
    ("overdue_fen", "逾期金额", "overdue"),
    ("owed_fen", "欠款", "owed"),
    ("department", "部门", "department"),
    ("pending", "进行中", "under way"),
    ("pack", "规则包", "pack"),
    ("version", "版本", "version"),
)
UNVERIFIED = TermList(("unverified", "未经法务核实", "not verified by counsel"), ("verified", "已核实", "verified"))
# An interval has one of the two, and the other is nought.
_NONE_AT_ZERO = frozenset({"days", "minutes"})
_LISTS = {"hold": "holds", "in_force": "holds", "via": "relations", "relation": "relations"}
_LISTS |= {"permission": "permissions", "kind": "contact_kinds"}
_TERMS: dict[str, TermList] = {
    "channel": CHANNELS,
    "message_class": MESSAGE_CLASSES,
    "counts": COUNTS,
    "scope": SCOPES,
    "after": AFTERS,
    "department": DEPARTMENTS,
    "via_staff": DEPARTMENTS,
    "role": DEBT_ROLES,
}


@dataclass(frozen=True, slots=True)
class Why:
    """One check of a decision in words."""

    check: str
    name: str
    outcome: str
    result: str
    sentence: str
    rule: str
    verified: bool
    inputs: str
    until: str


@dataclass(frozen=True, slots=True)
class _Refused:
    code: str
    params: Mapping[str, Any]
    until: datetime | None


def explain(considered: Iterable[Mapping[str, Any]]) -> list[Why]:
    """Return every check of a kept decision in the language of the moment, in the order it was made."""
    return [_why(finding) for finding in considered]


def in_both_languages(decision: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept decision as a machine passes it on: itself, with each check in words of both languages."""
    words: dict[str, list[dict[str, str]]] = {}
    for name, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            words[name] = [
                {"check": why.check, "name": why.name, "result": why.result, "text": text_of(why)}
                for why in explain(decision.get("considered", ()))
            ]
    return {**decision, "words": words}


def text_of(why: Why) -> str:
    """Return one check as a line of text: what refused it, or by what it was measured, and the rule."""
    parts = [why.sentence or why.result, why.inputs, why.rule]
    return " · ".join(part for part in parts if part)


def rule_words(rule: Mapping[str, Any]) -> str:
    """Return which rule it is, on what it rests, and whether counsel has verified it; house rules need no counsel."""
    language = _language()
    words = f"{rule['pack']} {rule['code']} v{rule['version']} · {BASES[rule['basis']].text(language)}"
    if rule["pack"] == "HOUSE":
        return words
    return f"{words} · {UNVERIFIED['verified' if rule.get('verified') else 'unverified'].text(language)}"


def _why(finding: Mapping[str, Any]) -> Why:
    language, rule = _language(), finding["rule"]
    inputs: Mapping[str, Any] = finding.get("inputs", {})
    until = datetime.fromisoformat(finding["until"]) if finding.get("until") else None
    sentence = ""
    if finding.get("reason"):
        params = {**inputs, "rule": rule["code"], "basis": rule["basis"]}
        sentence = refusal_texts.refusal_text(_Refused(finding["reason"], params, until))
    return Why(
        check=finding["check"],
        name=CHECKS[finding["check"]].text(language) if finding["check"] in CHECKS else finding["check"],
        outcome=finding["result"],
        result=RESULTS[finding["result"]].text(language),
        sentence=sentence,
        rule=rule_words(rule),
        verified=rule["pack"] == "HOUSE" or bool(rule.get("verified")),
        inputs=" · ".join(
            f"{term.text(language)} {_value(name, inputs[name], language)}"
            for name, term in INPUTS.items()
            if inputs.get(name) not in (None, "", []) and not (name in _NONE_AT_ZERO and inputs[name] == 0)
        ),
        until=refusal_texts.end_text(until) if until else "",
    )


def _value(name: str, value: Any, language: str) -> str:
    if isinstance(value, list):
        return ("、" if language.startswith("zh") else ", ").join(_value(name, each, language) for each in value)
    if name in _LISTS:
        return codes.name_of(_LISTS[name], str(value))
    if name in _TERMS and value in _TERMS[name]:
        return _TERMS[name][value].text(language)
    if name.endswith("_fen"):
        return yuan_text(int(value))
    if name in {"as_of", "oldest", "verified", "day"}:
        return date.fromisoformat(value).isoformat()
    return str(value)


def _language() -> str:
    return get_language() or "zh-hans"
