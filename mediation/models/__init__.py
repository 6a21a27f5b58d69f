"""Organisations, people, talks, sessions, what is said behind the wall, and agreements."""

from mediation.models.agreement import Agreement, AgreementInstalment, AgreementSignature
from mediation.models.attendance import Attendance
from mediation.models.availability import Absence, Availability
from mediation.models.calendar import SessionWeek
from mediation.models.calendar_feed import CalendarFeed
from mediation.models.clock import MediationClock, TermExtension
from mediation.models.court import CourtPack, CourtRule, CourtStage, ProvinceWage
from mediation.models.date_rule import DateRule
from mediation.models.draft import AgreementDraft, DraftInstalment, DraftSignature, Obligation
from mediation.models.fairness import Disclosure, MediatorChoice, StandDown
from mediation.models.law import LawPassage
from mediation.models.mandate import Mandate
from mediation.models.mediation import Mediation, Position
from mediation.models.meeting import SessionMinutes, SessionPaper, Venue
from mediation.models.organisation import Expert, MediationOrganisation, Mediator
from mediation.models.panel import BookedHours, PanelSeat
from mediation.models.paper_signing import PaperSigning, SignedScan
from mediation.models.papers import Qualification, Training
from mediation.models.party import DraftParty
from mediation.models.place import Place, Room, SessionSpacing, Travel
from mediation.models.position_paper import PositionPaper
from mediation.models.referral import BatchedReferral, Consent, ReferralBatch, RouteOverride
from mediation.models.room import RoomMessage, RoomSeat, RoomSignal, VideoRoom
from mediation.models.route_rule import RouteRule
from mediation.models.seal import SealAuthority
from mediation.models.session import Session
from mediation.models.slot_offer import SlotOffer
from mediation.models.telephone import ConferenceLeg, RecordingConsent, TelephoneRecord
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
    TermWish,
    WalledRead,
)

__all__ = [
    "Absence",
    "Agreement",
    "AgreementDraft",
    "AgreementInstalment",
    "AgreementSignature",
    "Attendance",
    "Availability",
    "BatchedReferral",
    "BookedHours",
    "CalendarFeed",
    "ConferenceLeg",
    "Consent",
    "CourtPack",
    "CourtRule",
    "CourtStage",
    "DateRule",
    "Disclosure",
    "DraftInstalment",
    "DraftParty",
    "DraftSignature",
    "Expert",
    "FactMark",
    "FactSheet",
    "FactsConfirmation",
    "LawPassage",
    "Mandate",
    "Means",
    "Mediation",
    "MediationClock",
    "MediationNote",
    "MediationOrganisation",
    "Mediator",
    "MediatorChoice",
    "Obligation",
    "PanelSeat",
    "PaperSigning",
    "Place",
    "Position",
    "PositionPaper",
    "Proposal",
    "ProposalRound",
    "ProvinceWage",
    "Qualification",
    "RecordingConsent",
    "ReferralBatch",
    "Room",
    "RoomMessage",
    "RoomSeat",
    "RoomSignal",
    "RouteOverride",
    "RouteRule",
    "SealAuthority",
    "Session",
    "SessionMinutes",
    "SessionPaper",
    "SessionRecording",
    "SessionSpacing",
    "SessionWeek",
    "SignedScan",
    "SlotOffer",
    "StandDown",
    "TelephoneRecord",
    "TermExtension",
    "TermWish",
    "TimetableRun",
    "Training",
    "Travel",
    "Venue",
    "VideoRoom",
    "WalledRead",
]
