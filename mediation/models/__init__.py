"""Organisations, people, talks, sessions, notes behind the wall, and agreements."""

from mediation.models.agreement import Agreement, AgreementInstalment, AgreementSignature
from mediation.models.attendance import Attendance
from mediation.models.availability import Absence, Availability
from mediation.models.calendar import SessionWeek
from mediation.models.mediation import Mediation, Position
from mediation.models.meeting import SessionMinutes, SessionPaper, Venue
from mediation.models.note import MediationNote
from mediation.models.organisation import MediationOrganisation, Mediator
from mediation.models.room import Room, RoomMessage, RoomSeat, RoomSignal
from mediation.models.route_rule import RouteRule
from mediation.models.session import Session
from mediation.models.telephone import ConferenceLeg, RecordingConsent, TelephoneRecord
from mediation.models.timetable_run import TimetableRun

__all__ = [
    "Absence",
    "Agreement",
    "AgreementInstalment",
    "AgreementSignature",
    "Attendance",
    "Availability",
    "ConferenceLeg",
    "Mediation",
    "MediationNote",
    "MediationOrganisation",
    "Mediator",
    "Position",
    "RecordingConsent",
    "Room",
    "RoomMessage",
    "RoomSeat",
    "RoomSignal",
    "RouteRule",
    "Session",
    "SessionMinutes",
    "SessionPaper",
    "SessionWeek",
    "TelephoneRecord",
    "TimetableRun",
    "Venue",
]
