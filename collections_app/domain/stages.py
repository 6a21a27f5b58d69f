"""Stages of an account by days past due (facts: the bank's table A)."""

from enum import StrEnum

from collections_app.domain.terms import TermList


class Stage(StrEnum):
    """Declared from best to worst: the order of the members is the order of severity."""

    M0 = "m0"
    GRACE = "grace"
    M1 = "m1"
    M2 = "m2"
    M3 = "m3"
    M4 = "m4"
    M5 = "m5"
    M6 = "m6"
    M7P = "m7p"


STAGES = TermList(
    ("m0", "未逾期", "Current"),
    ("grace", "宽限期内", "In grace"),
    ("m1", "M1（1–30 天）", "M1 (1–30 days)"),
    ("m2", "M2（31–60 天）", "M2 (31–60 days)"),
    ("m3", "M3（61–90 天）", "M3 (61–90 days)"),
    ("m4", "M4（91–120 天）", "M4 (91–120 days)"),
    ("m5", "M5（121–150 天）", "M5 (121–150 days)"),
    ("m6", "M6（151–180 天）", "M6 (151–180 days)"),
    ("m7p", "M7+（180 天以上）", "M7+ (over 180 days)"),
)

_ORDER = list(Stage)

# Cards allow three days after the due date before an account counts as overdue (容时, a contract term).
CARD_GRACE_DAYS = 3


def stage_of(*, days_past_due: int, grace_days: int) -> Stage:
    """Return the stage of an account that is so many days past due."""
    if days_past_due < 0 or grace_days < 0:
        raise ValueError("days are counted from zero")
    if days_past_due == 0:
        return Stage.M0
    if days_past_due <= grace_days:
        return Stage.GRACE
    return _ORDER[min(2 + (days_past_due - 1) // 30, len(_ORDER) - 1)]


def severity(stage: str) -> int:
    """Return the rank of a stage: 0 is current, higher is worse."""
    return _ORDER.index(Stage(stage))


def is_delinquent(stage: str) -> bool:
    """Return whether an account of this stage belongs in a case (grace does not)."""
    return severity(stage) >= severity(Stage.M1)
