"""The words of the mediator's desk, in the language of the moment."""

from decimal import Decimal

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.services.errors import RefusedError
from collections_app.templatetags.terms import day, yuan
from mediation.domain.facts import FACTS, VERDICTS, Fact
from mediation.domain.similar import RESULTS, Band
from mediation.selectors.wall import SheetView
from mediation.services.refusals import sentences

register = template.Library()


def _language() -> str:
    return get_language() or "zh"


@register.filter
def fact_name(fact: Fact) -> str:
    """Return what a fact is about."""
    return FACTS[fact.code].text(_language())


@register.filter
def fact_value(fact: Fact) -> str:
    """Return what the record says: an amount, a day, or both."""
    parts = [day(fact.on) if fact.on else "", yuan(fact.fen) if fact.fen is not None else ""]
    return " · ".join(part for part in parts if part)


@register.simple_tag
def verdict_of(sheet: SheetView, side: str, fact: Fact) -> str:
    """Return a side's latest verdict on a fact, or an empty text."""
    return {str(key): found for key, found in sheet.verdicts.items()}[str(side)].get(fact.key, "")


@register.simple_tag
def comment_of(sheet: SheetView, side: str, fact: Fact) -> str:
    """Return what a side said of a fact, or an empty text."""
    return {str(key): found for key, found in sheet.comments.items()}[str(side)].get(fact.key, "")


@register.filter
def verdict_word(code: str) -> str:
    """Return the name of a verdict; without one, that it is still to come."""
    return VERDICTS[code].text(_language()) if code else _("Not yet marked")


@register.filter
def result_word(code: str) -> str:
    """Return what became of past cases."""
    return RESULTS[code].text(_language())


@register.filter
def amounts(band: Band) -> str:
    """Return a band of amounts."""
    if band.upper is None:
        return _("above %(lower)s") % {"lower": yuan(band.lower - 1)}
    return _("up to %(upper)s") % {"upper": yuan(band.upper)}


@register.filter
def days(band: Band) -> str:
    """Return a band of days."""
    if band.upper is None:
        return _("more than %(lower)s days") % {"lower": band.lower - 1}
    return _("%(lower)s to %(upper)s days") % {"lower": band.lower, "upper": band.upper}


@register.filter
def months(band: Band) -> str:
    """Return a band of monthly instalments."""
    if band.upper is None:
        return _("more than %(lower)s instalments") % {"lower": band.lower - 1}
    return _("%(lower)s to %(upper)s instalments") % {"lower": band.lower, "upper": band.upper}


@register.filter
def why_not(code: str) -> str:
    """Return the sentence of a code that says why there is no plan."""
    return sentences(RefusedError(code))[0]


@register.filter
def rate(percent: Decimal) -> str:
    """Return a rate of a year to two places."""
    return f"{percent:.2f} %"
