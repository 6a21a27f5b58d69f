"""What is said in mediation: sealed by keys of its own, read through ``selectors/wall`` alone (G9)."""

from mediation.models.walled.facts import FactMark, FactsConfirmation, FactSheet
from mediation.models.walled.means import Means
from mediation.models.walled.note import MediationNote
from mediation.models.walled.proposals import Proposal, ProposalRound
from mediation.models.walled.reads import WalledRead
from mediation.models.walled.recordings import SessionRecording
from mediation.models.walled.wishes import TermWish

__all__ = [
    "FactMark",
    "FactSheet",
    "FactsConfirmation",
    "Means",
    "MediationNote",
    "Proposal",
    "ProposalRound",
    "SessionRecording",
    "TermWish",
    "WalledRead",
]
