"""Which events of a record interrupt the limitation of an account, and under which row of the law."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collections_app.domain.clocks.limitation import Interrupts

DEMAND_RULE = "CN-LIM-8-2"
# The debtor's own money; what others or a court paid is no word of theirs.
OWN_CHANNELS = frozenset({"app", "web", "gateway", "same_bank", "interbank", "counter", "atm"})
# Taken from the debtor's account under law or contract (诉讼时效规定 8(3)).
DEBIT_CHANNELS = frozenset({"autodebit", "salary", "setoff"})
# What somebody said. Article 14 speaks of the debtor: no source is known that lets a guarantor's word interrupt for the
# debt, so it does not. A co-borrower's call ends with the guarantor's outcomes; that is recorded with its evidence.
_BY_WORD = frozenset({"promise.taken", "promise.redated", "handoff.opened"})
_DEBTOR = "self"
# Asking for time or terms (诉讼时效规定 14).
_ASKS_FOR_TIME = frozenset({"promise_redate", "plan_request", "hardship"})

# What each kind of event is to the law, the row that says so, and the fact in its payload that names it.
_OF_EVENTS = {
    "promise.taken": (Interrupts.PROMISE, "CN-LIM-14-TERM", "promise"),
    "promise.redated": (Interrupts.PROMISE, "CN-LIM-14-TERM", "promise"),
    "plan.agreed": (Interrupts.PROMISE, "CN-LIM-14-PLAN", "plan"),
    "handoff.opened": (Interrupts.PROMISE, "CN-LIM-14-TERM", "handoff"),
    "mediation.scheduled": (Interrupts.MEDIATION, "CN-LIM-12", "mediation"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """What interrupts, by which row of the law, and the name by which the product knows it."""

    kind: str
    rule: str
    name: str


def of_event(kind: str, payload: Mapping[str, Any]) -> Source | None:
    """Return how an event of a record interrupts limitation, or None when it does not.

    A payload that names no party is of what the customer asked for or a colleague wrote down as theirs.
    """
    if kind in _BY_WORD and payload.get("party", _DEBTOR) != _DEBTOR:
        return None
    if kind == "payment.received":
        return of_payment(str(payload.get("channel", "")), f"entry:{payload.get('entry', '')}")
    if kind == "handoff.opened" and payload.get("kind") not in _ASKS_FOR_TIME:
        return None
    # A negotiation is the bank's own; a mediation was asked of an organisation that may mediate.
    if kind == "mediation.scheduled" and payload.get("kind") != "mediation":
        return None
    if kind not in _OF_EVENTS:
        return None
    interrupts, rule, fact = _OF_EVENTS[kind]
    return Source(interrupts.value, rule, f"{fact}:{payload.get(fact, '')}")


def said(*, party: str, at: datetime | None, now: datetime) -> dict[str, str]:
    """Return what a payload says of somebody's word: whose it was if not the debtor's, and when if before now."""
    found = {}
    if party not in {"", _DEBTOR}:
        found["party"] = party
    if at is not None and at < now:
        found["said_at"] = at.isoformat()
    return found


def of_payment(channel: str, name: str) -> Source | None:
    """Return how money that came in interrupts limitation: part payment, debit, or not at all."""
    if channel in OWN_CHANNELS:
        return Source(Interrupts.PROMISE.value, "CN-LIM-14-PART", name)
    if channel in DEBIT_CHANNELS:
        return Source(Interrupts.DEBIT.value, "CN-LIM-8-3", name)
    return None


def taken_back(kind: str, payload: Mapping[str, Any]) -> str:
    """Return the name of what an event takes back, or an empty text: a promise that was recorded in error."""
    return f"promise:{payload.get('promise', '')}" if kind == "promise.withdrawn" else ""
