"""Words and pills for messages."""

from django import template
from django.utils.translation import get_language

from collections_app.domain.reasons import CHECKS, RESULTS
from collections_app.domain.terms import TermList
from notifications.domain.kinds import KIND_TERMS, VARIANTS
from notifications.domain.lifecycle import MESSAGE_STATES
from notifications.domain.numbers import masked
from notifications.domain.reasons import reason_text

register = template.Library()

_LISTS: dict[str, TermList] = {
    "checks": CHECKS,
    "kinds": KIND_TERMS,
    "results": RESULTS,
    "states": MESSAGE_STATES,
    "variants": VARIANTS,
}
# State: tone and icon of its pill.
_LOOKS = {
    "planned": ("quiet", "calendar-time"), "due": ("info", "clock"), "deferred": ("warn", "clock-pause"),
    "claimed": ("info", "loader"), "accepted": ("info", "send"), "refused": ("warn", "hand-stop"),
    "failed_permanent": ("bad", "circle-x"), "failed_transient": ("warn", "refresh"),
    "unknown": ("warn", "alert-triangle"), "sent": ("info", "check"), "delivered": ("ok", "checks"),
    "undelivered": ("bad", "message-off"), "cancelled": ("quiet", "circle-dashed"),
}  # fmt: skip


@register.filter
def message_term(code: str, name: str) -> str:
    """Return the name of a code of a message's list: ``kinds``, ``states``, ``checks`` and so on."""
    found = _LISTS[name].get(code)
    return found.text(get_language() or "zh") if found else code


@register.filter
def message_reason(code: str) -> str:
    """Return the words for why a message is where it is."""
    return reason_text(code, get_language() or "zh")


@register.filter
def message_tone(state: str) -> str:
    """Return the tone of a state's pill."""
    return _LOOKS[state][0]


@register.filter
def message_icon(state: str) -> str:
    """Return the icon of a state's pill."""
    return _LOOKS[state][1]


@register.filter
def masked_number(number: str) -> str:
    """Return a number with its middle hidden."""
    return masked(number) if number else ""
