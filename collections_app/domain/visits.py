"""Own field visits: their states, where one goes to, and which outcomes may come of one.

Two colleagues go together (field visits by two collectors at least: CBA guide, article 22; facts CN-V1, verified no).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from collections_app.domain.outcomes import Outcome, OutcomeEffect
from collections_app.domain.terms import TermList


class VisitState(StrEnum):
    ASKED = "asked"
    PLANNED = "planned"
    BEGUN = "begun"
    DONE = "done"
    CALLED_OFF = "called_off"
    REFUSED = "refused"


VISIT_STATES = TermList(
    ("asked", "待审批", "Waits for approval"),
    ("planned", "已批准", "Approved"),
    ("begun", "外访中", "On the way"),
    ("done", "已完成", "Done"),
    ("called_off", "已取消", "Called off"),
    ("refused", "未获批准", "Not approved"),
)
PLAN, CLOSE = "visit.plan", "visit.close"
OPEN = frozenset({VisitState.ASKED, VisitState.PLANNED, VisitState.BEGUN})
ADDRESSES = frozenset({"address_home", "address_registered", "address_work", "address_court"})
# Policy: how far ahead one is planned, how long it takes at most, how early one sets out, how late one still begins.
AHEAD = timedelta(days=30)
LONGEST = timedelta(hours=4)
EARLY = timedelta(minutes=30)
# Policy: what came of a visit is told within so long after it ended; after that an alert asks for it.
TOLD_WITHIN = timedelta(hours=24)
# What the outcomes of calls are called that are as well those of a visit, where a call's words do not fit one.
VISIT_OUTCOMES = TermList(
    ("no_answer", "无人应门", "Nobody came to the door"),
    ("self_consider", "本人-考虑中/约时再联系", "Self, get in touch later"),
    ("self_stop", "本人-要求勿再上门", "Self, no more visits"),
    ("guarantor_consider", "担保人-考虑中/约时再联系", "Guarantor, get in touch later"),
    ("third_unknown", "第三人-不认识/非本人地址", "Wrong address"),
)
# What only a telephone says, whatever the bank calls it.
_TELEPHONE = frozenset({"busy", "off", "suspended", "empty", "blocked", "hung_up", "voicemail", "robot"})


def fault_of_hours(*, starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """Return the code of what is wrong with the hours of a visit, or an empty text."""
    if starts_at <= now:
        return "visit_in_the_past"
    if starts_at > now + AHEAD:
        return "visit_too_far"
    if ends_at <= starts_at or ends_at - starts_at > LONGEST:
        return "visit_hours_wrong"
    return ""


def may_begin(*, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Return whether now is the hour of a visit: a little before it starts, and not after it ends."""
    return starts_at - EARLY <= now <= ends_at


def outcomes_of_visits(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the result codes that may come of a visit, in their order."""
    return [row for row in outcomes if row.code not in _TELEPHONE and OutcomeEffect.NUMBER_NO_CALLS not in row.effects]
