"""Money, days and names as customers read them."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.models import Account, Instalment, Staff
from collections_app.selectors import codes
from repayment.domain import formats
from repayment.domain.payments import PAYMENT_PURPOSES, PAYMENT_STATES

register = template.Library()


def _language() -> str:
    return get_language() or "zh-hans"


@register.filter
def money(fen: int, currency: str = "CNY") -> str:
    """Return an amount in full: ``2,000.00 元``, ``CNY 2,000.00``."""
    return formats.money_text(fen, currency=currency, language=_language())


@register.filter
def on_day(day: date, today: date) -> str:
    """Return a day with its weekday, marked so that a line does not break within it."""
    return format_html('<span class="day">{}</span>', formats.day_text(day, today=today, language=_language()))


@register.filter
def at_day(instant: datetime, today: date) -> str:
    """Return the day of an instant in the page's time zone, with its weekday."""
    return on_day(timezone.localtime(instant).date(), today)


@register.filter
def near_day(instant: datetime, today: date) -> str:
    """Return the day of an instant; in Chinese, today is called today."""
    day = timezone.localtime(instant).date()
    return "今天" if day == today and _language().startswith("zh") else on_day(day, today)


@register.filter
def purpose(code: str) -> str:
    """Return what a payment is for."""
    return PAYMENT_PURPOSES[code].text(_language())


@register.filter
def payment_state(code: str) -> str:
    """Return the name of a payment's state."""
    return PAYMENT_STATES[code].text(_language())


@register.filter
def staff_name(person: Staff | None) -> str:
    """Return the name of a member of staff as customers read it, or an empty text."""
    return person.name if person else ""


@register.filter
def account_name(account: Account) -> str:
    """Return an account as its customer knows it: the product and its last four digits."""
    return formats.account_text(product=account.product, tail=account.tail, language=_language())


@register.filter
def handoff_kind(code: str) -> str:
    """Return what a customer's request is about."""
    return codes.name_of("handoffs", code)


@register.filter
def handoff_state(code: str) -> str:
    """Return how a customer's request stands."""
    return codes.name_of("handoff_states", code)


@register.filter
def instalment_fen(line: Instalment) -> int:
    """Return the whole of an instalment in fen."""
    return line.principal_fen + line.interest_fen


@register.filter
def is_part_paid(line: Instalment) -> bool:
    """Return whether something of an instalment is paid and something is not."""
    return 0 < line.paid_fen < instalment_fen(line)


@register.filter
def instalment_state(line: Instalment, today: date) -> str:
    """Return whether an instalment is paid, overdue, or still to come."""
    if line.paid_fen >= instalment_fen(line):
        return _("paid")
    if line.due_on < today:
        return _("overdue")
    return _("to come")
