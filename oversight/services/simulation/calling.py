"""One call as a department makes or takes it: permit, identity, outcome, in the world that is entered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from collections_app.domain.calls import Claim, Closing
from collections_app.domain.promises import Part
from collections_app.models import Account, Customer, Staff
from collections_app.selectors import codes
from collections_app.services import calls, records
from collections_app.services.errors import RefusedError

_ASKED, _ENDED = timedelta(seconds=20), timedelta(seconds=100)
# Nothing was undertaken: what is written down when an outcome is refused by what the book says.
_NOTHING = "self_refuse"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls whom, and what the customer wants of it."""

    customer_id: int
    account_id: int
    point_id: int
    outcome: str
    at: datetime
    inbound: bool
    pays_in: int
    pays_by: str
    callback_at: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """What came of a call: its outcome, or REFUSED, and how much was promised in it, in fen."""

    outcome: str
    promised_fen: int = 0


def make(call: Call, *, staff: Staff) -> Reached:
    """Carry a call through, and return what came of it; REFUSED when it got no permit."""
    actor = records.Actor.of(staff)
    # The record is on the screen when the number is dialled: the book as it stands, whatever it knows.
    version = Customer.objects.values_list("version", flat=True).get(id=call.customer_id)
    try:
        begun = calls.start(
            customer_id=call.customer_id,
            contact_point_id=call.point_id,
            actor=actor,
            seen_version=version,
            now=call.at,
            inbound=call.inbound,
        )
    except RefusedError:
        return Reached(REFUSED)
    outcome = call.outcome
    if codes.seen().outcomes[outcome].needs_verified:
        calls.verify(
            conversation_id=begun.id,
            result="verified",
            facts=["name_id_tail", "birth_date"],
            actor=actor,
            now=call.at + _ASKED,
        )
    closing = _closing(call, outcome)
    try:
        calls.close(conversation_id=begun.id, closing=closing, actor=actor, now=call.at + _ENDED)
    except RefusedError:
        outcome = _NOTHING
        closing = _closing(call, outcome)
        calls.close(conversation_id=begun.id, closing=closing, actor=actor, now=call.at + _ENDED)
    return Reached(outcome, sum(part.amount_fen for part in closing.promise_parts))


def _closing(call: Call, outcome: str) -> Closing:
    overdue = Account.objects.values_list("overdue_fen", flat=True).get(id=call.account_id)
    today = call.at.date()
    return Closing(
        party=codes.seen().outcomes[outcome].party,
        outcome=outcome,
        account_id=call.account_id,
        promise_parts=[Part(today + timedelta(days=call.pays_in), overdue)] if outcome == "self_promise" else (),
        claim=Claim(overdue, call.pays_by, today) if outcome == "self_paid" else None,
        callback_at=call.callback_at if outcome == "self_consider" else None,
        text="模拟",
        overdue_reason=_why_overdue(outcome),
    )


def _why_overdue(outcome: str) -> str:
    if not codes.seen().outcomes[outcome].needs_reason:
        return ""
    return "income_drop" if outcome == "self_hardship" else "unwilling"
