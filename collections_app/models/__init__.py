"""The facts of the shared record."""

from collections_app.models.access import AccessAttempt, AccessLink, AccessSession, AppEntry, OneTimeCode
from collections_app.models.account import Account, AccountParty, Instalment, Product, Transaction
from collections_app.models.answer import ApprovedAnswer
from collections_app.models.approval import Approval, ApprovalEvidence
from collections_app.models.arrangement import Arrangement, ArrangementInstalment, PlanSchedule
from collections_app.models.arrangement_offer import ArrangementOffer
from collections_app.models.authority import Authority
from collections_app.models.backtest import Backtest, BacktestDifference
from collections_app.models.case import Case
from collections_app.models.case_claim import CaseClaim
from collections_app.models.claim import ClaimSlip, PaymentClaim
from collections_app.models.clock import (
    ClockRule,
    ClockRuleKind,
    Guarantee,
    LimitationClock,
    LimitationEvent,
    LimitationSuspension,
)
from collections_app.models.code import Code, CodeRevision, CodeVersion
from collections_app.models.complaint import (
    Complaint,
    ComplaintDocument,
    ComplaintReceipt,
    PowerOfAttorney,
    Recusal,
)
from collections_app.models.contact import (
    Contact,
    ContactState,
    Conversation,
    PermitRefusal,
)
from collections_app.models.contact_point import ContactPoint
from collections_app.models.correction import Correction
from collections_app.models.customer import Customer, CustomerKind, LookUp, SourceIdentity
from collections_app.models.entry import Entry
from collections_app.models.event import Event, EventCursor, EventLeft, EventPending, EventSequence, EventText
from collections_app.models.evidence import EvidencePack
from collections_app.models.export import Export
from collections_app.models.form_key import FormKey
from collections_app.models.handoff import HandOff
from collections_app.models.hold import Hold
from collections_app.models.incident import ApprovedSentence, Incident, IncidentShown, SentenceUse
from collections_app.models.instruction import CoreInstruction, InstructionFile
from collections_app.models.intake import Alert, CalendarVersion, ImportedDay, IntakeBatch, IntakeReject, IntakeState
from collections_app.models.issued import IssuedDocument
from collections_app.models.journal import Journal, JournalLine
from collections_app.models.legal import ClaimAssignment, LegalStep
from collections_app.models.line import LineTransfer
from collections_app.models.machine import MachineClient, MachineToken, MachineUse, Placement
from collections_app.models.machine_permit import MachinePermit, MachineRequest
from collections_app.models.note_words import NoteWords
from collections_app.models.organisation import Branch, BranchKind, Institution, Team
from collections_app.models.ownership import AssignmentRule, LeaveCover, Reassignment, ReassignmentLine
from collections_app.models.paper import HandOffPaper, HandOffReply
from collections_app.models.person import Estate, RelatedPerson
from collections_app.models.promise import Promise, PromisePart, PromiseRule
from collections_app.models.recording import Recording
from collections_app.models.role_policy import RolePolicy
from collections_app.models.rule import Rule, RuleBasis, RuleKind, RulePack
from collections_app.models.saved_queue import SavedQueue
from collections_app.models.search import CustomerSearch
from collections_app.models.staff import Staff
from collections_app.models.task_run import TaskRun
from collections_app.models.telephone_call import TelephoneCall, TelephoneEvent
from collections_app.models.told import Told, ToldFlag, ToldUnheard
from collections_app.models.visit import Visit
from collections_app.models.waiver import Waiver
from collections_app.models.wall import StaffTie, WallAttempt

__all__ = [
    "AccessAttempt",
    "AccessLink",
    "AccessSession",
    "Account",
    "AccountParty",
    "Alert",
    "AppEntry",
    "Approval",
    "ApprovalEvidence",
    "ApprovedAnswer",
    "ApprovedSentence",
    "Arrangement",
    "ArrangementInstalment",
    "ArrangementOffer",
    "AssignmentRule",
    "Authority",
    "Backtest",
    "BacktestDifference",
    "Branch",
    "BranchKind",
    "CalendarVersion",
    "Case",
    "CaseClaim",
    "ClaimAssignment",
    "ClaimSlip",
    "ClockRule",
    "ClockRuleKind",
    "Code",
    "CodeRevision",
    "CodeVersion",
    "Complaint",
    "ComplaintDocument",
    "ComplaintReceipt",
    "Contact",
    "ContactPoint",
    "ContactState",
    "Conversation",
    "CoreInstruction",
    "Correction",
    "Customer",
    "CustomerKind",
    "CustomerSearch",
    "Entry",
    "Estate",
    "Event",
    "EventCursor",
    "EventLeft",
    "EventPending",
    "EventSequence",
    "EventText",
    "EvidencePack",
    "Export",
    "FormKey",
    "Guarantee",
    "HandOff",
    "HandOffPaper",
    "HandOffReply",
    "Hold",
    "ImportedDay",
    "Incident",
    "IncidentShown",
    "Instalment",
    "Institution",
    "InstructionFile",
    "IntakeBatch",
    "IntakeReject",
    "IntakeState",
    "IssuedDocument",
    "Journal",
    "JournalLine",
    "LeaveCover",
    "LegalStep",
    "LimitationClock",
    "LimitationEvent",
    "LimitationSuspension",
    "LineTransfer",
    "LookUp",
    "MachineClient",
    "MachinePermit",
    "MachineRequest",
    "MachineToken",
    "MachineUse",
    "NoteWords",
    "OneTimeCode",
    "PaymentClaim",
    "PermitRefusal",
    "Placement",
    "PlanSchedule",
    "PowerOfAttorney",
    "Product",
    "Promise",
    "PromisePart",
    "PromiseRule",
    "Reassignment",
    "ReassignmentLine",
    "Recording",
    "Recusal",
    "RelatedPerson",
    "RolePolicy",
    "Rule",
    "RuleBasis",
    "RuleKind",
    "RulePack",
    "SavedQueue",
    "SentenceUse",
    "SourceIdentity",
    "Staff",
    "StaffTie",
    "TaskRun",
    "Team",
    "TelephoneCall",
    "TelephoneEvent",
    "Told",
    "ToldFlag",
    "ToldUnheard",
    "Transaction",
    "Visit",
    "Waiver",
    "WallAttempt",
]
