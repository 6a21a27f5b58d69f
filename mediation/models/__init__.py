"""Organisations, people, talks, sessions, notes behind the wall, and agreements."""

from mediation.models.agreement import Agreement, AgreementInstalment, AgreementSignature
from mediation.models.availability import Absence, Availability
from mediation.models.calendar import SessionWeek
from mediation.models.clock import MediationClock, TermExtension
from mediation.models.mandate import Mandate
from mediation.models.mediation import Mediation, Position
from mediation.models.note import MediationNote
from mediation.models.organisation import MediationOrganisation, Mediator
from mediation.models.position_paper import PositionPaper
from mediation.models.referral import BatchedReferral, Consent, ReferralBatch, RouteOverride
from mediation.models.route_rule import RouteRule
from mediation.models.session import Session
from mediation.models.timetable_run import TimetableRun

__all__ = [
    "Absence",
    "Agreement",
    "AgreementInstalment",
    "AgreementSignature",
    "Availability",
    "BatchedReferral",
    "Consent",
    "Mandate",
    "Mediation",
    "MediationClock",
    "MediationNote",
    "MediationOrganisation",
    "Mediator",
    "Position",
    "PositionPaper",
    "ReferralBatch",
    "RouteOverride",
    "RouteRule",
    "Session",
    "SessionWeek",
    "TermExtension",
    "TimetableRun",
]
