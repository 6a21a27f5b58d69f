"""The words of mediation, in the language of the moment."""

from django import template
from django.utils.translation import get_language

from collections_app.domain.terms import Term
from collections_app.selectors import codes
from collections_app.services import clock
from mediation.domain import agreement
from mediation.domain.after import AFTER_STATES
from mediation.domain.courts import CLOCKS, COURT_STAGES, PACK_KINDS, SOURCES
from mediation.domain.drafts import DRAFT_STATES, DUTY_KINDS, DUTY_PARTIES, TRIGGERS
from mediation.domain.endings import list_of
from mediation.domain.kinds import CONSENTS, KINDS, SIGNATORIES, SIGNING_METHODS
from mediation.domain.route import ROUTE_REASONS, ROUTES
from mediation.domain.signing import PROOFS, VERDICTS
from mediation.domain.states import MEDIATION_STATES, SESSION_STATES
from mediation.models import Agreement, Mediation
from mediation.selectors import after
from mediation.services.refusals import text_of

register = template.Library()

LISTS: dict[str, dict[str, Term]] = {
    "after_states": dict(AFTER_STATES),
    "consents": dict(CONSENTS),
    "court_clocks": dict(CLOCKS),
    "court_sources": dict(SOURCES),
    "court_stages": dict(COURT_STAGES),
    "draft_states": dict(DRAFT_STATES),
    "duty_kinds": dict(DUTY_KINDS),
    "duty_parties": dict(DUTY_PARTIES),
    "intervals": dict(agreement.INTERVALS),
    "kinds": dict(KINDS),
    "mediation_states": dict(MEDIATION_STATES),
    "pack_kinds": dict(PACK_KINDS),
    "proofs": dict(PROOFS),
    "route_reasons": dict(ROUTE_REASONS),
    "routes": dict(ROUTES),
    "session_states": dict(SESSION_STATES),
    "signatories": dict(SIGNATORIES),
    "signing_methods": dict(SIGNING_METHODS),
    "triggers": dict(TRIGGERS),
    "verdicts": dict(VERDICTS),
}


def _language() -> str:
    return get_language() or "zh"


@register.filter
def word(code: str, name: str) -> str:
    """Return the name of a code in one of the room's lists."""
    return LISTS[name][code].text(_language())


@register.filter
def ending_word(mediation: Mediation) -> str:
    """Return how talks ended, in the words of their kind."""
    return codes.name_of(list_of(mediation.kind), mediation.ending) if mediation.ending else ""


@register.filter
def problem(code: str) -> str:
    """Return a reason code as a sentence."""
    return text_of(code)


@register.filter
def standing_word(agreement: Agreement) -> str:
    """Return how an agreement is kept and what a court made of it, in one line."""
    found = after.standing(agreement=agreement, now=clock.now())
    names = [code for code in (found.keeping, found.court) if code]
    return " · ".join(AFTER_STATES[code].text(_language()) for code in names)
