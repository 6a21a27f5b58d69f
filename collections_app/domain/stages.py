"""Stages of an account by days past due (the bank's table A; names: the code list ``stages``)."""

from enum import StrEnum


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
