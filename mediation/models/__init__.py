"""Organisations, people, talks, sessions, what is said behind the wall, and agreements."""

from mediation.models.agreement import Agreement, AgreementInstalment, AgreementSignature
from mediation.models.availability import Absence, Availability
from mediation.models.calendar import SessionWeek
from mediation.models.law import LawPassage
from mediation.models.mediation import Mediation, Position
from mediation.models.organisation import MediationOrganisation, Mediator
from mediation.models.route_rule import RouteRule
from mediation.models.session import Session
from mediation.models.timetable_run import TimetableRun
from mediation.models.walled import (
    FactMark,
    FactsConfirmation,
    FactSheet,
    Means,
    MediationNote,
    Proposal,
    ProposalRound,
    SessionRecording,
    WalledRead,
)

__all__ = [
    "Absence",
    "Agreement",
    "AgreementInstalment",
    "AgreementSignature",
    "Availability",
    "FactMark",
    "FactSheet",
    "FactsConfirmation",
    "LawPassage",
    "Means",
    "Mediation",
    "MediationNote",
    "MediationOrganisation",
    "Mediator",
    "Position",
    "Proposal",
    "ProposalRound",
    "RouteRule",
    "Session",
    "SessionRecording",
    "SessionWeek",
    "TimetableRun",
    "WalledRead",
]
