"""Money, days and names as customers read them."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain import issued
from collections_app.domain.access import WAYS
from collections_app.domain.allocation import Split
from collections_app.domain.complaints import RUNS
from collections_app.domain.instalments.schedules import METHODS
from collections_app.domain.issued import ISSUED_KINDS
from collections_app.models import Account, Complaint, Instalment, Staff
from collections_app.selectors import codes
from collections_app.selectors.last_payments import BOOKED
from repayment.domain import formats
from repayment.domain.payments import PAYMENT_PURPOSES, PAYMENT_STATES
from repayment.domain.requests import STANDINGS
from repayment.gateways import registry

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
def way_of_proof(code: str) -> str:
    """Return the name of a way of proof."""
    return WAYS[code].text(_language())


@register.filter
def purpose(code: str) -> str:
    """Return what a payment is for."""
    return PAYMENT_PURPOSES[code].text(_language())


@register.filter
def cashier(currency: str) -> str:
    """Return where a payment in a currency is paid next, as the customer knows it; empty when nowhere."""
    found = registry.cashier_for(currency)
    return found.text(_language()) if found else ""


@register.filter
def split(counts: Split, currency: str) -> str:
    """Return how a payment counts, component by component."""
    return formats.split_text(counts, currency=currency, language=_language())


@register.filter
def components(counts: Split, currency: str) -> list[str]:
    """Return how a payment counts, each component on a line of its own."""
    return formats.split_texts(counts, currency=currency, language=_language())


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
def standing(code: str) -> str:
    """Return how a customer's request stands, in the customer's words."""
    return STANDINGS[code].text(_language())


@register.filter
def request_result(code: str) -> str:
    """Return what was found, where a result says it and no words."""
    return {
        "claim_found": _("We found your payment. It is counted."),
        "claim_not_found": _("We could not find this payment. Please send us the slip, or call us."),
        "claim_other_account": _("Your payment went to another account. We tell you how it goes on."),
        "claim_withdrawn": _("This was recorded by mistake and has been taken back."),
        "power_proven": _("The document is in order. From now on we speak with your representative."),
        "power_refused": _("The document is not sufficient. We go on speaking with you."),
    }[code]


@register.filter
def issued_kind(code: str) -> str:
    """Return what kind of document it is."""
    return ISSUED_KINDS[code].text(_language())


@register.filter
def in_groups(reference: str) -> str:
    """Return a reference in groups of four, as it is printed."""
    return issued.in_groups(reference)


@register.filter
def payment_channel(code: str) -> str:
    """Return by which way something was paid."""
    return codes.name_of("payment_channels", code)


@register.filter
def paid_state(code: str) -> str:
    """Return how a payment of the last ones stands."""
    return _("booked") if code == BOOKED else PAYMENT_STATES[code].text(_language())


@register.filter
def complaint_state(complaint: Complaint) -> str:
    """Return how a customer's complaint itself stands."""
    return codes.name_of("complaint_states", complaint.state)


@register.filter
def complaint_runs(complaint: Complaint) -> bool:
    """Return whether the bank owes the customer an answer by a day."""
    return complaint.state in RUNS


@register.filter
def arrangement_kind(code: str) -> str:
    """Return the name of a kind of arrangement."""
    return codes.name_of("arrangement_kinds", code)


@register.filter
def repayment_way(code: str) -> str:
    """Return the name of the way in which instalments are counted."""
    return METHODS[code].text(_language())


@register.filter
def percent(rate: Decimal) -> str:
    """Return a rate without noughts at its end: ``13.84``, ``6``."""
    return f"{rate.normalize():f}"


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
