"""How a call may end: party, result code, whether it counts as an effective call, and its effects (table B).

The rows are the code list ``outcomes``; here is what the program can do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class Counts(StrEnum):
    """An effective call reached a person who spoke about the matter; an attempt did not."""

    EFFECTIVE = "effective"
    ATTEMPT = "attempt"


class Party(StrEnum):
    SELF = "self"
    GUARANTOR = "guarantor"
    THIRD = "third"
    NOBODY = "nobody"


class OutcomeEffect(StrEnum):
    NUMBER_BAD = "number_bad"
    NUMBER_NOT_HIS = "number_not_his"
    NUMBER_SUSPECT = "number_suspect"
    NUMBER_REFUSED = "number_refused"
    NUMBER_NO_CALLS = "number_no_calls"
    PROMISE = "promise"
    PAYMENT_CLAIM = "payment_claim"
    CALLBACK = "callback"
    HOLD = "hold"
    HANDOFF = "handoff"
    CHANNEL_STOP = "channel_stop"
    RED_BUTTON = "red_button"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result code of a call. ``needs_verified`` outcomes may only follow a confirmed identity.

    ``needs_reason`` outcomes ask why the account is overdue.
    """

    code: str
    party: Party
    counts: Counts
    effects: tuple[OutcomeEffect, ...] = ()
    hold: str = ""
    handoff: str = ""
    needs_verified: bool = False
    offered: bool = True
    needs_reason: bool = False


def outcomes_for(party: str, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the result codes that fit a party, in the order the screen offers them."""
    return [row for row in outcomes if row.party == party and row.offered]


EFFECTS = TermList(
    ("number_bad", "该号码立即停用，全行不再拨打", "The number is bad at once, for everybody"),
    ("number_not_his", "该号码非本人，停用；经他人核实为本人的仍可用", "Not their number: silent but where verified"),
    ("number_suspect", "该号码标为存疑", "The number is marked suspect"),
    ("number_refused", "不再通过该号码联系第三人", "This number is closed for third-party contact"),
    ("number_no_calls", "不再拨打该号码", "This number is called no more"),
    ("promise", "登记承诺还款，停催至核对入账", "A promise is recorded; collection waits until it is judged"),
    ("payment_claim", "登记还款，停催并转查账", "The payment is recorded, collection waits and posting is traced"),
    ("callback", "登记回电，届时前不再外呼", "A callback is agreed; no other call before it"),
    ("hold", "停催", "A hold is placed"),
    ("handoff", "转办相关部门", "Work is handed to the department concerned"),
    ("channel_stop", "停用电话渠道", "Calls to this customer stop"),
    ("red_button", "立即停止一切催收并报告主管", "All collection stops and the supervisor is told"),
)
