"""The words of mediation, in the language of the moment."""

from django import template
from django.utils.translation import get_language

from collections_app.domain.terms import Term
from collections_app.selectors import codes
from collections_app.services import clock
from mediation.domain import agreement, clocks, consents, mandates, tracks
from mediation.domain import rooms as room_rules
from mediation.domain.after import AFTER_STATES
from mediation.domain.conferences import CALLERS, TELEPHONE_OUTCOMES
from mediation.domain.courts import CLOCKS, COURT_STAGES, MISSING, PACK_KINDS, SOURCES
from mediation.domain.drafts import DRAFT_STATES, DUTY_KINDS, DUTY_PARTIES, TRIGGERS
from mediation.domain.endings import list_of
from mediation.domain.kinds import CONSENTS, KINDS, SIGNATORIES, SIGNING_METHODS
from mediation.domain.languages import LANGUAGES
from mediation.domain.meetings import ATTENDANTS, SESSION_PAPERS
from mediation.domain.parties import PARTY_ROLES
from mediation.domain.people.conflicts import FINDINGS
from mediation.domain.people.panel import SEAT_REASONS
from mediation.domain.people.roles import EXPERT_ROLES, QUALIFICATION_KINDS, SEAT_STATES
from mediation.domain.rooms import IDENTITY_DOCUMENTS, SEAT_KINDS
from mediation.domain.route import ROUTE_REASONS, ROUTES
from mediation.domain.sides import ROUND_STATES, SIDES
from mediation.domain.signing import PROOFS, VERDICTS
from mediation.domain.states import MEDIATION_STATES, SESSION_STATES
from mediation.models import Agreement, Mediation
from mediation.selectors import after
from mediation.services.refusals import text_of
from notifications.domain.dials import DIAL_STATES

register = template.Library()

LISTS: dict[str, dict[str, Term]] = {
    "after_states": dict(AFTER_STATES),
    "attendants": dict(ATTENDANTS),
    "callers": dict(CALLERS),
    "clock_kinds": dict(clocks.CLOCK_KINDS),
    "clock_standings": dict(clocks.STANDINGS),
    "consent_hows": dict(consents.HOWS),
    "consents": dict(CONSENTS),
    "court_clocks": dict(CLOCKS),
    "court_sources": dict(SOURCES),
    "court_stages": dict(COURT_STAGES),
    "draft_states": dict(DRAFT_STATES),
    "duty_kinds": dict(DUTY_KINDS),
    "duty_parties": dict(DUTY_PARTIES),
    "identity_documents": dict(IDENTITY_DOCUMENTS),
    "intervals": dict(agreement.INTERVALS),
    "kinds": dict(KINDS),
    "mandate_states": dict(mandates.MANDATE_STATES),
    "mediation_states": dict(MEDIATION_STATES),
    "origins": dict(consents.ORIGINS),
    "round_states": dict(ROUND_STATES),
    "pack_kinds": dict(PACK_KINDS),
    "pack_missing": dict(MISSING),
    "party_roles": dict(PARTY_ROLES),
    "proofs": dict(PROOFS),
    "route_reasons": dict(ROUTE_REASONS),
    "routes": dict(ROUTES),
    "expert_roles": dict(EXPERT_ROLES),
    "findings": dict(FINDINGS),
    "languages": dict(LANGUAGES),
    "qualification_kinds": dict(QUALIFICATION_KINDS),
    "seat_kinds": dict(SEAT_KINDS),
    "seat_reasons": dict(SEAT_REASONS),
    "room_seat_states": dict(room_rules.SEAT_STATES),
    "seat_states": dict(SEAT_STATES),
    "session_papers": dict(SESSION_PAPERS),
    "sides": dict(SIDES),
    "session_states": dict(SESSION_STATES),
    "signatories": dict(SIGNATORIES),
    "signing_methods": dict(SIGNING_METHODS),
    "dial_states": dict(DIAL_STATES),
    "telephone_outcomes": dict(TELEPHONE_OUTCOMES),
    "track_reasons": dict(tracks.TRACK_REASONS),
    "tracks": dict(tracks.TRACKS),
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
