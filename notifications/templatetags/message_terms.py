"""Words and pills for messages."""

import re

from django import template
from django.utils.translation import get_language

from collections_app.domain.reasons import CHECKS, RESULTS
from collections_app.domain.terms import TermList
from notifications.domain.kinds import KIND_TERMS, TOLD_AMOUNTS, VARIANTS
from notifications.domain.letters import BATCH_STATES, BATCH_STEPS, LETTER_STATES, RETURNS
from notifications.domain.life import LIFE_STEPS
from notifications.domain.lifecycle import MESSAGE_STATES
from notifications.domain.numbers import masked
from notifications.domain.premise_words import PREMISES
from notifications.domain.reasons import reason_text
from notifications.domain.registrations import REGISTRATION_STATES
from notifications.domain.replies import INTENTS
from notifications.domain.reply_words import BROUGHT, came_of
from notifications.domain.report_words import report_text
from notifications.domain.targeting.context import NUMBERS
from notifications.domain.targeting.eligibility import WHY_NOT
from notifications.domain.targeting.experiments import EXPERIMENT_STATES, OUTCOMES, UNPROVEN
from notifications.domain.targeting.features import PRODUCTS
from notifications.domain.targeting.policies import ALGORITHMS, ROLES
from notifications.domain.template_problems import PROBLEMS, WHY
from notifications.domain.version_states import VERSION_STATES
from notifications.models import Reply, SendingHalt
from notifications.providers.registry import name_of

register = template.Library()

# Of anything else, such as an address, digits in its midst would be shown.
_IS_NUMBER = re.compile(r"\+?[0-9 ()-]+")

_LISTS: dict[str, TermList] = {
    "algorithms": ALGORITHMS,
    "came": OUTCOMES,
    "experiment_states": EXPERIMENT_STATES,
    "feature_products": PRODUCTS,
    "policy_roles": ROLES,
    "score_numbers": NUMBERS,
    "unproven": UNPROVEN,
    "why_not": WHY_NOT,
    "amounts": TOLD_AMOUNTS,
    "brought": BROUGHT,
    "checks": CHECKS,
    "intents": INTENTS,
    "kinds": KIND_TERMS,
    "life": LIFE_STEPS,
    "premises": PREMISES,
    "problems": PROBLEMS,
    "registrations": REGISTRATION_STATES,
    "results": RESULTS,
    "states": MESSAGE_STATES,
    "variants": VARIANTS,
    "letter_states": LETTER_STATES,
    "batch_states": BATCH_STATES,
    "batch_steps": BATCH_STEPS,
    "returns": RETURNS,
    "versions": VERSION_STATES,
    "why": WHY,
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
def report_words(report: str) -> str:
    """Return what a provider reported, in words."""
    return report_text(report, get_language() or "zh")


@register.filter
def provider_name(code: str) -> str:
    """Return the name of who carries messages."""
    return name_of(code, get_language() or "zh")


@register.filter
def message_tone(state: str) -> str:
    """Return the tone of a state's pill."""
    return _LOOKS[state][0]


@register.filter
def message_icon(state: str) -> str:
    """Return the icon of a state's pill."""
    return _LOOKS[state][1]


# Of letters and of the batches they are printed in.
_LETTERS = {
    "queued": ("info", "clock"), "batched": ("info", "archive"), "posted": ("info", "send"),
    "delivered": ("ok", "checks"), "returned": ("bad", "message-off"),
    "withdrawn": ("quiet", "circle-dashed"), "made": ("info", "archive"),
    "handing": ("info", "loader"), "handed_over": ("ok", "check"), "unknown": ("warn", "alert-triangle"),
}  # fmt: skip


@register.filter
def letter_tone(state: str) -> str:
    """Return the tone of the pill of a letter's or a batch's state."""
    return _LETTERS[state][0]


@register.filter
def letter_icon(state: str) -> str:
    """Return the icon of that pill."""
    return _LETTERS[state][1]


_STANDS = {
    "in_use": ("ok", "check"), "waiting": ("warn", "clock"), "later": ("info", "calendar-time"),
    "below": ("quiet", "circle-dashed"), "over": ("quiet", "calendar-off"), "replaced": ("quiet", "archive"),
    "draft": ("quiet", "pencil"), "pending": ("warn", "clock"), "approved": ("ok", "check"), "rejected": ("bad", "x"),
}  # fmt: skip


@register.filter
def stands_tone(state: str) -> str:
    """Return the tone of the pill of where a version stands, with us or with a provider."""
    return _STANDS[state][0]


@register.filter
def stands_icon(state: str) -> str:
    """Return the icon of that pill."""
    return _STANDS[state][1]


@register.filter
def language_name(code: str) -> str:
    """Return the name of a language of texts, in itself."""
    return {"zh-hans": "简体中文", "en": "English"}.get(code, code)


@register.filter
def milli_yuan(thousandths: int) -> str:
    """Return thousandths of a fen as yuan with four places: what one message costs."""
    return f"{thousandths / 100_000:.4f}"


@register.filter
def halt_words(halt: SendingHalt) -> str:
    """Return what a halt covers: the provider, the kind and the branch it names."""
    carrier = provider_name(halt.provider) if halt.provider else ""
    parts = (carrier, message_term(halt.kind, "kinds") if halt.kind else "", str(halt.branch or ""))
    return " · ".join(filter(None, parts))


@register.filter
def masked_number(number: str) -> str:
    """Return a number with its middle hidden, and of an address or a device nothing."""
    if not number:
        return ""
    return masked(number) if _IS_NUMBER.fullmatch(number) else "····"


@register.filter
def what_followed(reply: Reply) -> list[str]:
    """Return what came of a reply, in words."""
    return [message_term(code, "brought") for code in came_of(reply.brought, intent=reply.intent)]
