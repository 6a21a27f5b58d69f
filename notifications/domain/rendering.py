"""Texts from the truth: which form fits, what its variables are now, and what the customer is told by it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from collections_app.domain.money import yuan_text
from notifications.domain.facts import Facts
from notifications.domain.kinds import KINDS, TELL_THE_TRUTH, Kind, MessageKind, Variant, variants_by_preference

_VARIABLE = re.compile(r"\{(\w+)\}")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PRODUCTS = {"card": ("信用卡", "card"), "loan": ("贷款", "loan")}
# How long a demand gives to pay, and a notice to object before the registry is told (policy).
DEMAND_TERM = timedelta(days=7)
CREDIT_REPORT_TERM = timedelta(days=7)
_UNITS_ZH = {"CNY": "元", "HKD": "港元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "SGD": "新元"}


class MissingVariableError(ValueError):
    """A text names a variable that has no value for this message."""


@dataclass(frozen=True, slots=True)
class Said:
    """An amount a text tells the customer: its name on the record, fen, and the day it is to be paid by."""

    name: str
    amount_fen: int
    pay_by: date | None


def variables_in(body: str) -> list[str]:
    """Return the variables a text names, in order."""
    return _VARIABLE.findall(body)


def fill(body: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables filled in. Raise MissingVariableError when one has no value."""

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1], "")
        if not value:
            raise MissingVariableError(match[1])
        return value

    return _VARIABLE.sub(value_of, body)


def forms(kind: str, facts: Facts, *, disclose: bool, links: bool, letter: bool = False) -> list[Variant]:
    """Return the forms of a kind that are true and may be sent now, the preferred one first.

    A ``letter`` has a form of its own, and goes only where it may name the account.
    """
    row = KINDS[kind]
    if letter:
        return [Variant.LETTER] if disclose and Variant.LETTER in row.variants else []
    if kind == Kind.PAYMENT_RECEIVED:
        return [_receipt_form(facts)] if disclose else []
    if kind == Kind.WRITTEN_CONFIRMATION:
        promise = facts.subject_promise
        more = promise is not None and len(promise.parts) > 1
        return [Variant.MORE_PARTS if more else Variant.ONE_PART] if disclose else []
    if kind in TELL_THE_TRUTH:
        return [_true_form(facts)] if disclose and facts.to_say else []
    if kind == Kind.BALANCE_CHANGE:
        taken_back = facts.payment is not None and facts.payment.taken_back
        return [Variant.MONEY_BACK if taken_back else Variant.MONEY_IN] if disclose else []
    if kind == Kind.PAGE_LINK:
        return [Variant.LINK, Variant.NEUTRAL] if disclose and links else [Variant.NEUTRAL]
    if row.harmless:
        return [Variant.EXPLICIT]
    return variants_by_preference(row, disclose=disclose, links=links)


def _receipt_form(facts: Facts) -> Variant:
    if facts.overdue_fen == 0:
        return Variant.NOTHING_OVERDUE
    if facts.promise is not None and facts.promise.unpaid_up_to(date.max) > 0:
        return Variant.REST_AGREED
    return Variant.REST_OPEN


def _true_form(facts: Facts) -> Variant:
    first = facts.to_say[0]
    if first.name == "promised":
        return Variant.MORE_PARTS if len(facts.to_say) > 1 else Variant.ONE_PART
    if first.name == "instalment":
        return Variant.PLAN_PART if facts.is_plan else Variant.INSTALMENT
    if first.name == "billed":
        return Variant.BILL
    return Variant.OVERDUE if first.fen else Variant.NOTHING_OVERDUE


def day_text(day: date, language: str) -> str:
    """Return a date without its year as people of that language write it: ``11月23日``, ``23 Nov``."""
    return f"{day.month}月{day.day}日" if language.startswith("zh") else f"{day.day} {_MONTHS[day.month - 1]}"


def money_text(fen: int, *, currency: str, language: str) -> str:
    """Return an amount with its unit and without thousands separators, which would cost a segment."""
    amount = yuan_text(fen, grouped=False)
    if language.startswith("zh"):
        return f"{amount}{_UNITS_ZH.get(currency, currency)}"
    return f"{amount} {currency}"


def values(kind: str, facts: Facts, *, about: date, language: str) -> dict[str, str]:
    """Return the text of every variable that has a value for this message now (without link and code)."""
    chinese = language.startswith("zh")
    found = {"tail": facts.tail, "product": _PRODUCTS[facts.product][0 if chinese else 1], **facts.payload}
    for name, day in _days(kind, facts, about).items():
        found[name] = day_text(day, language)
    for name, fen in amounts(kind, facts, about=about).items():
        found[name] = money_text(fen, currency=facts.currency, language=language)
    found["month"] = _month(facts.statement_on, chinese=chinese)
    if facts.instalment is not None:
        found |= {"k": str(facts.instalment.number), "n": str(facts.instalment.count)}
    if kind == Kind.FORMAL_DEMAND:
        found["days"] = str(facts.days_past_due)
    if facts.officer:
        found["officer"] = facts.officer
    return found


def _month(statement_on: date | None, *, chinese: bool) -> str:
    """Return the month a bill is called by; the core need not give the day of its statement."""
    if statement_on is None:
        return "本期" if chinese else "latest"
    return f"{statement_on.month}月" if chinese else _MONTHS[statement_on.month - 1]


def _days(kind: str, facts: Facts, about: date) -> dict[str, date]:
    days: dict[str, date] = {}
    if kind in TELL_THE_TRUTH:
        return _true_days(facts)
    if kind in {Kind.LOAN_DUE, Kind.CARD_DUE, Kind.PLAN_DUE, Kind.PLAN_RECALCULATED, Kind.LOAN_SCHEDULE}:
        days["due"] = about
    if kind == Kind.FORMAL_DEMAND:
        days |= {"asof": facts.today, "by": facts.today + DEMAND_TERM}
    if kind == Kind.CREDIT_REPORT_NOTICE:
        days["by"] = facts.today + CREDIT_REPORT_TERM
    if kind in {Kind.COMPLAINT_RECEIVED, Kind.REQUEST_RECEIVED}:
        days["by"] = about
    if kind in {Kind.BALANCE_CHANGE, Kind.NUMBER_CHANGED}:
        days["on"] = about
    if kind == Kind.OVERDUE_GENTLE:
        # The record counts from the first day overdue; people know the day before it, the due date. Of what a payment
        # that bounced made overdue again the core knows no day: the days past due tell it.
        first = facts.overdue_since or facts.today - timedelta(days=max(facts.days_past_due - 1, 0))
        days["since"] = first - timedelta(days=1)
    if kind in {Kind.PROMISE_DUE, Kind.PROMISE_BROKEN}:
        days["pd"] = about
    if kind == Kind.WRITTEN_CONFIRMATION and facts.subject_promise is not None:
        days["pd"] = facts.subject_promise.parts[0][1]
        days["rdue"] = facts.subject_promise.parts[-1][1]
    if kind == Kind.PAYMENT_RECEIVED and facts.promise is not None:
        days["rdue"] = facts.promise.parts[-1][1]
    return days


def _true_days(facts: Facts) -> dict[str, date]:
    days = {"asof": facts.today}
    said = [item.pay_by for item in facts.to_say if item.pay_by is not None]
    if said:
        days |= {"pd": said[0], "rdue": said[-1]} if facts.to_say[0].name == "promised" else {"due": said[0]}
    return days


def _true_amounts(facts: Facts) -> dict[str, int]:
    if not facts.to_say:
        return {}
    first, others = facts.to_say[0], facts.to_say[1:]
    if first.name == "promised":
        return {"pamt": first.fen, "rest": sum(item.fen for item in others)}
    if first.name == "instalment":
        return {"pi": first.fen, "inst": first.fen}
    if first.name == "billed":
        return {"bill": first.fen, "minp": sum(item.fen for item in others)}
    return {"od": first.fen}


def amounts(kind: str, facts: Facts, *, about: date) -> dict[str, int]:
    """Return the fen of every amount a text of this kind may name now."""
    if kind in TELL_THE_TRUTH:
        return _true_amounts(facts)
    found: dict[str, int] = {}
    if kind in {Kind.CARD_DUE, Kind.DUE_TODAY}:
        found = {"bill": facts.billed_fen, "minp": facts.minimum_due_fen}
    if kind in {Kind.OVERDUE_GENTLE, Kind.FORMAL_DEMAND}:
        found = {"od": facts.overdue_fen}
    if facts.instalment is not None:
        found |= {"inst": facts.instalment.unpaid_fen, "pi": facts.instalment.unpaid_fen}
    subject = facts.subject_promise
    if subject is not None and kind == Kind.PROMISE_DUE:
        found["pamt"] = subject.unpaid_up_to(about)
    if subject is not None and kind == Kind.PROMISE_BROKEN:
        # What was promised, as texts of banks that run already say it, and what is missing of that.
        found["pamt"] = sum(amount for _, _, amount in subject.parts)
        found["unpaid"] = subject.unpaid_up_to(date.max)
    if subject is not None and kind == Kind.WRITTEN_CONFIRMATION:
        found["pamt"] = subject.parts[0][2]
        found["rest"] = sum(amount for _, _, amount in subject.parts[1:])
    if facts.payment is not None:
        found["paid"] = facts.payment.amount_fen
        if kind == Kind.PAYMENT_RECEIVED and facts.promise is not None:
            found["rest"] = facts.promise.unpaid_up_to(date.max)
    return found


def said(kind: MessageKind, body: str, facts: Facts, *, about: date, form: str = "") -> list[Said]:
    """Return the amounts a text tells, as the record shall remember them; what it does not name is not told.

    A form of words that says that nothing is overdue tells an amount too.
    """
    named = set(variables_in(body))
    fens = amounts(kind.code, facts, about=about)
    days = _days(kind.code, facts, about)
    told = [Said("overdue", 0, None)] if form == Variant.NOTHING_OVERDUE else []
    for variable, name in kind.amounts:
        if variable in named and fens.get(variable):
            pay_by = days.get("rdue" if variable == "rest" else "pd") or days.get("due") or _bill_day(kind, facts)
            told.append(Said(name, fens[variable], pay_by))
    return told


def _bill_day(kind: MessageKind, facts: Facts) -> date | None:
    return facts.due_on if kind.code in {Kind.CARD_DUE, Kind.DUE_TODAY} else None


def signed(body: str, *, language: str, platform_signs: bool, name_zh: str, name_en: str) -> str:
    """Return the body with the bank's name in words where the platform does not put its own signature.

    In English the name is always words: brackets would cost extension characters of GSM-7.
    """
    if not language.startswith("zh"):
        return f"{name_en}: {body}"
    return body if platform_signs else f"{name_zh}：{body}"
