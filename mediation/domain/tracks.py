"""On which track a dispute goes, simple, ordinary or complex, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class Track(StrEnum):
    SIMPLE = "simple"
    ORDINARY = "ordinary"
    COMPLEX = "complex"


# That there are three is in 金发〔2025〕14号 (rules M-18); what belongs on which is the bank's policy.
TRACKS = TermList(
    ("simple", "简易", "Simple"),
    ("ordinary", "普通", "Ordinary"),
    ("complex", "复杂", "Complex"),
)

TRACK_REASONS = TermList(
    ("small", "金额小，事实清楚", "A small amount and clear facts"),
    ("amount", "金额超过简易上限", "The amount is above the limit of the simple track"),
    ("hardship", "客户有困难，需要更多时间", "The customer is in hardship and needs more time"),
    ("no_dispute_named", "未注明纠纷类型", "No type of dispute is named"),
    ("large", "金额超过视频办理上限", "The amount is above the limit for video"),
    ("dispute", "纠纷类型涉及复杂法律问题", "The type of dispute is legally complex"),
    ("vulnerable", "特殊群体，须配备专门人员", "A vulnerable customer: people of the right training are needed"),
    ("accounts", "同一客户涉及多个账户", "Several accounts of the customer are overdue"),
    ("organisation", "单位客户", "The customer is an organisation"),
)


@dataclass(frozen=True, slots=True)
class TrackPolicy:
    """The bank's limits in fen, the types of dispute that are complex, and how many overdue accounts are."""

    simple_up_to_fen: int
    ordinary_up_to_fen: int
    complex_disputes: Sequence[str] = ("identity", "not_mine", "guarantee", "time_barred")
    complex_accounts: int = 3


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What the track is decided on. Amount in fen; ``dispute_type`` is a code of the list of disputes, or empty."""

    amount_fen: int
    dispute_type: str = ""
    hardship: bool = False
    vulnerable: bool = False
    accounts: int = 1
    organisation: bool = False


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """The track and the code of its reason."""

    track: Track
    reason: str


def choose(facts: TrackFacts, policy: TrackPolicy) -> TrackChoice:
    """Return the track of a dispute: what makes it complex first, then what keeps it from being simple."""
    complex_because = [
        ("vulnerable", facts.vulnerable),
        ("dispute", facts.dispute_type in policy.complex_disputes),
        ("organisation", facts.organisation),
        ("large", facts.amount_fen > policy.ordinary_up_to_fen),
        ("accounts", facts.accounts >= policy.complex_accounts),
    ]
    ordinary_because = [
        ("hardship", facts.hardship),
        ("amount", facts.amount_fen > policy.simple_up_to_fen),
        ("no_dispute_named", not facts.dispute_type),
    ]
    for track, reasons in ((Track.COMPLEX, complex_because), (Track.ORDINARY, ordinary_because)):
        for reason, holds in reasons:
            if holds:
                return TrackChoice(track, reason)
    return TrackChoice(Track.SIMPLE, "small")
