"""Rules first: which arms a customer may be given at all, and why not the others. Learning has no say in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import time

from collections_app.domain.holds import HoldKind
from collections_app.domain.quiet_hours import QuietHours
from collections_app.domain.terms import TermList
from notifications.domain.targeting.policies import SCRIPT

# While one of these stands, nothing is tried on the customer: they get the bank's script and nothing else.
VULNERABLE = frozenset(
    {
        HoldKind.HARDSHIP, HoldKind.ILLNESS, HoldKind.MINOR_INCAPABLE, HoldKind.DETAINED, HoldKind.DISASTER,
        HoldKind.BANKRUPTCY, HoldKind.REPRESENTED, HoldKind.RISK_TO_LIFE, HoldKind.BREATHING_SPACE,
        HoldKind.MENTAL_HEALTH, HoldKind.DEBT_ADVICE, HoldKind.DECEASED, HoldKind.COMPLAINT_CONDUCT,
        HoldKind.COMPLAINT_OTHER, HoldKind.DISPUTE, HoldKind.FRAUD_CLAIM,
    }
)  # fmt: skip

WHY_NOT = TermList(
    ("objected", "客户不同意个性化", "The customer objects to personal targeting"),
    ("vulnerable", "客户有困难、投诉或争议，不作试验", "In hardship, complaint or dispute: nothing is tried"),
    ("data_stale", "数据过期，试验冻结", "The data are stale: the experiment is frozen"),
    ("features_old", "特征过期或尚未计算", "Features are old or not computed yet"),
    ("no_wording", "该措辞没有已批准的文本", "The wording has no approved text in this language"),
    ("quiet_hours", "该时段为免打扰时段", "The hour lies in quiet hours"),
    ("hour_past", "该时段已过", "The hour has passed"),
    ("channel_closed", "该渠道不可用于此种消息", "This kind of message does not go by that channel"),
)


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to send a message: which wording, at what hour of the customer's day, by which channel."""

    number: int
    wording: str
    at: time
    channel: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules look at for one message. ``wordings`` have an approved text in the customer's language."""

    objected: bool
    holds: Collection[str]
    data_fresh: bool
    features_fresh: bool
    wordings: Collection[str]
    channels: Collection[str]
    quiet: Sequence[QuietHours]
    local_time: time | None


def refusals(arms: Sequence[Arm], of: Standing) -> dict[int, str]:
    """Return for each arm that is not allowed the reason. The script is the bank's own and always allowed."""
    for_all = _for_all(of)
    found = {}
    for arm in arms:
        if arm.number == SCRIPT:
            continue
        if reason := for_all or _of_arm(arm, of):
            found[arm.number] = reason
    return found


def _for_all(of: Standing) -> str:
    if of.objected:
        return "objected"
    if VULNERABLE & set(of.holds):
        return "vulnerable"
    if not of.data_fresh:
        return "data_stale"
    return "" if of.features_fresh else "features_old"


def _of_arm(arm: Arm, of: Standing) -> str:
    if arm.wording and arm.wording not in of.wordings:
        return "no_wording"
    if arm.channel not in of.channels:
        return "channel_closed"
    if any(hours.cover(arm.at) for hours in of.quiet):
        return "quiet_hours"
    if of.local_time is not None and arm.at <= of.local_time:
        return "hour_past"
    return ""
