"""Holds: what stops, what goes on, and when each ends (the bank's table D, the code list ``holds``).

An effect says what a hold does to a contact of some purpose: ``stop`` refuses it, ``pass`` lets it go
on, ``approve`` lets it go on only with an approval on file, ``via`` only to whom, or by whose department, the row
names. Of receipts ``codes`` lets go on only what the customer's own act needs at once: codes and security alerts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.purposes import Purpose


class HoldKind(StrEnum):
    PROMISE_PENDING = "promise_pending"
    PAYMENT_PENDING = "payment_pending"
    AGREEMENT_ACTIVE = "agreement_active"
    NEGOTIATING = "negotiating"
    IN_MEDIATION = "in_mediation"
    DISPUTE = "dispute"
    FRAUD_CLAIM = "fraud_claim"
    COMPLAINT_CONDUCT = "complaint_conduct"
    COMPLAINT_OTHER = "complaint_other"
    HARDSHIP = "hardship"
    ILLNESS = "illness"
    DECEASED = "deceased"
    MINOR_INCAPABLE = "minor_incapable"
    DETAINED = "detained"
    DISASTER = "disaster"
    BANKRUPTCY = "bankruptcy"
    REPRESENTED = "represented"
    CHANNEL_STOP = "channel_stop"
    NUMBER_BAD = "number_bad"
    LITIGATION = "litigation"
    PLACED = "placed"
    ASSIGNED = "assigned"
    REGULATOR = "regulator"
    RISK_TO_LIFE = "risk_to_life"
    BREATHING_SPACE = "breathing_space"
    INCIDENT = "incident"
    INCIDENT_ALL = "incident_all"
    MENTAL_HEALTH = "mental_health"
    DEBT_ADVICE = "debt_advice"
    CEASE_REQUEST = "cease_request"


class Effect(StrEnum):
    STOP = "stop"
    PASS = "pass"  # noqa: S105 (an effect, not a password)
    APPROVE = "approve"
    VIA = "via"
    CODES = "codes"


# From the weakest to the strictest.
LEVELS = (Effect.PASS.value, Effect.APPROVE.value, Effect.VIA.value, Effect.STOP.value)
RECEIPT_LEVELS = (Effect.PASS.value, Effect.APPROVE.value, Effect.CODES.value, Effect.VIA.value, Effect.STOP.value)


@dataclass(frozen=True, slots=True)
class HoldRule:
    """The scope of one kind of hold, its effect by group of purposes, and its usual length.

    ``days`` are days of the calendar; ``working_days`` are the bank's, and their last one counts whole. ``version``
    counts the changes of the row, so that a decision can name the one it went by. ``via`` are the relations of those
    who may be contacted instead of the customer, ``via_staff`` the departments that may go on. With ``review`` the days
    are not its end: a person looks at it again after them, each time.
    """

    scope: str
    collect: Effect
    notice: Effect
    statutory: Effect
    receipt: Effect
    days: int | None
    status: str
    by_hand: bool
    offered: bool = True
    version: int = 1
    working_days: int | None = None
    via: frozenset[str] = frozenset()
    via_staff: frozenset[str] = frozenset()
    review: bool = False


# What a hold came with and ends with: the first part of its source. Whatever else brought one has nothing that would
# end it (a call, a machine's report, a customer's word), so that a person has to be able to.
ENDS_WITH_SOURCE = frozenset({"promise", "claim", "plan", "complaint", "mediation"})
# What stands of a person and not of their debts: it goes with their number onto the records of others.
OF_THE_PERSON = frozenset({HoldKind.RISK_TO_LIFE, HoldKind.DECEASED, HoldKind.DETAINED})
# What nobody releases, nor places: what was assigned to somebody else was approved by a second person with to whom and
# when (docs/ownership.md), and does not come back by a word.
NEVER_RELEASED = frozenset({HoldKind.ASSIGNED})
# A death that is on record with an estate is taken back by a correction, which undoes the estate as well.
CORRECTED_ONLY = "death_is_corrected"


def kept_by(*, kind: str, source: str) -> str:
    """Return why no single person may release a hold, as the code of the refusal, or an empty text."""
    if kind == HoldKind.RISK_TO_LIFE:
        return "hold_needs_second_person"
    if kind in NEVER_RELEASED:
        return "hold_never_released"
    if kind == HoldKind.DECEASED and source.startswith("estate:"):
        return CORRECTED_ONLY
    return "hold_ends_with_source" if source.partition(":")[0] in ENDS_WITH_SOURCE else ""


# By hand, a hold lasts at most so many times its usual length; a kind without one, so many days at a time.
TIMES_USUAL = 2
MOST_DAYS = 365

# A kind whose row cannot be found: nobody knows what it lets through, so nothing.
_UNKNOWN = HoldRule(
    "customer", Effect.STOP, Effect.STOP, Effect.STOP, Effect.STOP, None, "", by_hand=False, offered=False
)

_NOTICES = frozenset({Purpose.DUE_NOTICE, Purpose.PLAN_NOTICE, Purpose.SERVICE_NOTICE, Purpose.INVITE})
_STATUTORY = frozenset({Purpose.STATUTORY, Purpose.LIMITATION})
_RECEIPTS = frozenset({Purpose.RECEIPT, Purpose.OTP, Purpose.SECURITY, Purpose.CORRECTION})
_CODES = frozenset({Purpose.OTP, Purpose.SECURITY})


class HoldTable(Mapping[str, HoldRule]):
    """The bank's table of holds by kind. It fails closed: a kind it does not know stops everything."""

    def __init__(self, rules: Mapping[str, HoldRule]) -> None:
        self._rules = dict(rules)

    def __getitem__(self, kind: str) -> HoldRule:
        return self._rules[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)

    def rule(self, kind: str) -> HoldRule:
        """Return the row of a kind, or one that stops everything."""
        return self._rules.get(kind, _UNKNOWN)

    def effect(self, kind: str, purpose: str) -> Effect:
        """Return what a hold of this kind does to a contact of this purpose."""
        return effect_of(self.rule(kind), purpose)

    def stopping(self, purpose: str) -> list[str]:
        """Return the kinds that do not let a contact of this purpose go on by itself."""
        return [kind for kind in self._rules if self.effect(kind, purpose) is not Effect.PASS]

    def placed_by_hand(self) -> list[str]:
        """Return the kinds a person may place; the others come with a promise, a claim, an agreement or an approval."""
        allowed = (kind for kind, rule in self._rules.items() if rule.by_hand and rule.offered)
        return [kind for kind in allowed if kind not in NEVER_RELEASED]


def most_days(rule: HoldRule) -> int:
    """Return how many days of the calendar a person may give a hold of this kind: what goes on longer is renewed.

    An end years away is a slip of the hand that nobody would come back to.
    """
    if rule.days is not None:
        return rule.days * TIMES_USUAL
    # Two working days of a long holiday take a fortnight.
    return MOST_DAYS if rule.working_days is None else rule.working_days * TIMES_USUAL + 14


def effect_of(rule: HoldRule, purpose: str) -> Effect:
    """Return what a row of the table does to a contact of this purpose."""
    purpose = Purpose(purpose)
    if purpose in _RECEIPTS:
        if rule.receipt is Effect.CODES:
            return Effect.PASS if purpose in _CODES else Effect.STOP
        return rule.receipt
    if purpose in _STATUTORY:
        return rule.statutory
    if purpose in _NOTICES:
        return rule.notice
    return rule.collect
