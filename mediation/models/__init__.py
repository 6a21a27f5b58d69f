"""Organisations, people, talks, sessions, notes behind the wall, and agreements."""

from mediation.models.agreement import Agreement, AgreementInstalment, AgreementSignature
from mediation.models.availability import Absence, Availability
from mediation.models.calendar import SessionWeek
from mediation.models.court import CourtPack, CourtStage, ProvinceWage
from mediation.models.draft import AgreementDraft, DraftInstalment, DraftSignature, Obligation
from mediation.models.mediation import Mediation, Position
from mediation.models.note import MediationNote
from mediation.models.organisation import MediationOrganisation, Mediator
from mediation.models.route_rule import RouteRule
from mediation.models.seal import SealAuthority
from mediation.models.session import Session
from mediation.models.timetable_run import TimetableRun

__all__ = [
    "Absence",
    "Agreement",
    "AgreementDraft",
    "AgreementInstalment",
    "AgreementSignature",
    "Availability",
    "CourtPack",
    "CourtStage",
    "DraftInstalment",
    "DraftSignature",
    "Mediation",
    "MediationNote",
    "MediationOrganisation",
    "Mediator",
    "Obligation",
    "Position",
    "ProvinceWage",
    "RouteRule",
    "SealAuthority",
    "Session",
    "SessionWeek",
    "TimetableRun",
]
