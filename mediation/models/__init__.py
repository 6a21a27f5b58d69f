"""Organisations, people, talks, sessions, notes behind the wall, and agreements."""

from mediation.models.agreement import Agreement, AgreementInstalment, AgreementSignature
from mediation.models.availability import Absence, Availability
from mediation.models.calendar import SessionWeek
from mediation.models.fairness import Disclosure, MediatorChoice, StandDown
from mediation.models.mediation import Mediation, Position
from mediation.models.note import MediationNote
from mediation.models.organisation import Expert, MediationOrganisation, Mediator
from mediation.models.panel import BookedHours, PanelSeat
from mediation.models.papers import Qualification, Training
from mediation.models.route_rule import RouteRule
from mediation.models.session import Session
from mediation.models.timetable_run import TimetableRun

__all__ = [
    "Absence",
    "Agreement",
    "AgreementInstalment",
    "AgreementSignature",
    "Availability",
    "BookedHours",
    "Disclosure",
    "Expert",
    "Mediation",
    "MediationNote",
    "MediationOrganisation",
    "Mediator",
    "MediatorChoice",
    "PanelSeat",
    "Position",
    "Qualification",
    "RouteRule",
    "Session",
    "SessionWeek",
    "StandDown",
    "TimetableRun",
    "Training",
]
