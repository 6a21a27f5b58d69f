"""The audits of the ten guarantees, in order. Each module has CODE, TITLE and ``audit``."""

from types import ModuleType

from oversight.selectors.guarantees import (
    agreement_stops,
    explains_itself,
    mediation_wall,
    never_blind,
    no_blind_write,
    no_stale_contact,
    nothing_twice,
    one_budget,
    one_truth,
    told_is_remembered,
)

AUDITS: tuple[ModuleType, ...] = (
    one_truth,
    no_blind_write,
    no_stale_contact,
    one_budget,
    nothing_twice,
    agreement_stops,
    never_blind,
    told_is_remembered,
    mediation_wall,
    explains_itself,
)

__all__ = ["AUDITS"]
