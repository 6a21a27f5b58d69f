"""What a rule says, as a sentence: one way for each kind, and for hours and limits by what they state."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.columns import words_of
from collections_app.domain.access import MOST_FAILURES, WAYS
from collections_app.domain.allocation import ALLOCATION_ORDERS
from collections_app.domain.rule_terms import CLOSES, COUNTS
from collections_app.models import Product, Rule, RuleKind
from collections_app.selectors import codes

Stated = Mapping[str, Any]


def _third_party(values: Stated) -> str:
    if values.get("never"):
        return gettext("nobody else is asked")
    return gettext("others are asked after %(failures)s calls in a row that reached nobody") % values


def _number_checked(values: Stated) -> str:
    return gettext("only within %(days)s days after the number was verified") % values


def _page_proof(values: Stated) -> str:
    ways = gettext(" or ").join(WAYS[way].text(get_language() or "zh-hans") for way in values.get("ways", []))
    words = {"ways": ways, "tries": values.get("tries", MOST_FAILURES)}
    if values.get("one_time_code"):
        return gettext("proved by %(ways)s, with a one-time code; %(tries)s wrong answers lock a link") % words
    return gettext("proved by %(ways)s; %(tries)s wrong answers lock a link") % words


def _allocation(values: Stated) -> str:
    words = {
        "product": dict(Product.choices).get(values.get("product", ""), gettext("every product")),
        "day": values.get("from_day", 0),
        "order": words_of([values["order"]], ALLOCATION_ORDERS),
    }
    return gettext("%(product)s, from day %(day)s past due: %(order)s") % words


def _opt_out(values: Stated) -> str:
    closed = words_of([values.get("closes", "")], CLOSES)
    if values.get("answers"):
        return gettext("STOP closes: %(closed)s; answered by one text") % {"closed": closed}
    return gettext("STOP closes: %(closed)s") % {"closed": closed}


def _reading_time(values: Stated) -> str:
    kind = values.get("arrangement", "")
    words = {
        "kind": codes.name_of("arrangement_kinds", kind) if kind else gettext("every arrangement"),
        "seconds": values["seconds"],
    }
    return gettext("%(kind)s: terms are read for %(seconds)s seconds before consent") % words


def _means_again(values: Stated) -> str:
    if not values["days"]:
        return gettext("whose means did not carry a plan may apply again at once")
    return gettext("whose means did not carry a plan applies to a person for %(days)s days") % values


_SAID: dict[str, Callable[[Stated], str]] = {
    RuleKind.THIRD_PARTY: _third_party,
    RuleKind.NUMBER_CHECKED: _number_checked,
    RuleKind.PAGE_PROOF: _page_proof,
    RuleKind.ALLOCATION: _allocation,
    RuleKind.OPT_OUT: _opt_out,
    RuleKind.READING_TIME: _reading_time,
    RuleKind.MEANS_AGAIN: _means_again,
}


@admin.display(description=_("says"))
def says(row: Rule) -> str:
    """Return the hours or limits as a sentence."""
    values: dict[str, Any] = row.parameters
    if row.kind in _SAID:
        return str(_SAID[row.kind](values))
    if "from" in values and "to" in values:
        return str(gettext("no contact from %(from)s to %(to)s") % values)
    if "most" in values:
        days = values.get("days") or 1
        counted = words_of([values.get("counts", "attempts")], COUNTS)
        words = {"counted": counted, "most": values["most"], "days": days}
        return ngettext("%(counted)s: %(most)s a day", "%(counted)s: %(most)s in %(days)s days", days) % words
    if values.get("minutes"):
        return str(gettext("%(minutes)s minutes between two") % values)
    if values.get("days"):
        return str(gettext("%(days)s days between two") % values)
    return gettext("working days only") if row.kind == RuleKind.QUIET_HOURS else "—"
