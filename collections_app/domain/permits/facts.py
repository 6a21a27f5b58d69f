"""What a permit is decided on, and what a check answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.holds import Effect, HoldKind, HoldTable
from collections_app.domain.purposes import CUSTOMER_CAUSED, Purpose
from collections_app.domain.reasons import Reason
from collections_app.domain.rules import ContactFact, Pack, RuleRef

# These ask for money that is overdue, and so need an account that is.
COLLECTING = frozenset({Purpose.COLLECTION, Purpose.LIMITATION, Purpose.THIRD_PARTY})


@dataclass(frozen=True, slots=True)
class AccountFact:
    """One account the contact may speak of. ``owed_fen`` is the largest of its amounts, the branch its owner's."""

    id: int
    overdue_fen: int
    owed_fen: int
    delinquent: bool
    data_as_of: date | None
    product: str = ""
    branch_id: int = 0


@dataclass(frozen=True, slots=True)
class HoldFact:
    """One reason to wait that is in force: on an account, a contact point, a channel, or the customer."""

    kind: str
    account_id: int | None = None
    contact_point_id: int | None = None
    channel: str = ""
    until: datetime | None = None
    incident_id: int | None = None
    message_class: str = ""


@dataclass(frozen=True, slots=True)
class PointFact:
    """The number or address to be used. ``silenced`` says that its number is bad on any record.

    ``refused`` says that somebody who is no party answered there once, on any record, and asked not to be called
    again. ``zones`` are the time zones the number may be in, as far as its digits tell. ``hours`` are those of the
    customer's day it may be used in, where such were agreed. ``role`` is that of the person on record behind it, while
    it lasts: the relation alone is what somebody typed. ``ended`` says that this person has no role any more.
    """

    id: int
    kind: str
    relation: str
    permission: str
    silenced: bool
    refused: bool = False
    verified_at: datetime | None = None
    zones: tuple[ZoneInfo, ...] = ()
    hours: tuple[time, time] | None = None
    role: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class LineFact:
    """The conversation that is going on with the customer."""

    staff_id: int
    department: str


@dataclass(frozen=True, slots=True)
class ApprovalFact:
    """An approval that has not been used: for one contact that holds of these kinds let go on only with it.

    Without accounts it is for a contact about any of the customer's.
    """

    id: int
    channel: str
    purpose: str
    until: datetime
    hold_kinds: frozenset[str]
    contact_point_id: int | None = None
    account_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ReachFact:
    """How well the customer themself can be reached: usable numbers, and failures in a row."""

    usable_points: int
    failures_in_a_row: int


@dataclass(frozen=True)
class PermitFacts:
    """Everything a permit is decided on, read under the lock of the customer's row."""

    now: datetime
    channel: str
    purpose: str
    staff_id: int | None
    zone: ZoneInfo | None
    bank_zone: ZoneInfo
    branch_live: bool
    pack: Pack | None
    data_as_of: date | None
    table: HoldTable
    accounts: tuple[AccountFact, ...] = ()
    named_accounts: tuple[int, ...] = ()
    holds: tuple[HoldFact, ...] = ()
    contacts: tuple[ContactFact, ...] = ()
    line: LineFact | None = None
    point: PointFact | None = None
    point_required: bool = True
    reach: ReachFact = field(default_factory=lambda: ReachFact(1, 0))
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    inbound: bool = False
    asked_for_in_call: bool = False
    approvals: tuple[ApprovalFact, ...] = ()
    department: str = ""
    # Accounts placed with the agency that asks: that they are placed stops everybody else.
    placed_with_asker: frozenset[int] = frozenset()
    # The hour of the next callback that was agreed with the customer, or with whoever is called.
    callback_at: datetime | None = None

    @cached_property
    def approval(self) -> ApprovalFact | None:
        """The approval that is for this very contact, if there is one."""
        return next((each for each in self.approvals if self._is_for_this(each)), None)

    def _is_for_this(self, approval: ApprovalFact) -> bool:
        return (
            (approval.channel, approval.purpose) == (self.channel, self.purpose)
            and approval.until > self.now
            and (approval.contact_point_id is None or approval.contact_point_id == (self.point.id if self.point else 0))
            and (not approval.account_ids or set(self.named_accounts) == approval.account_ids)
        )

    def effect(self, kind: str) -> Effect:
        """Return what a hold does to this contact, to this person and by this department.

        One it needs an approval for lets it go on with it.
        """
        effect = self.table.effect(kind, self.purpose)
        if effect is Effect.VIA:
            return Effect.PASS if self._is_via(kind) else Effect.STOP
        if effect is Effect.APPROVE and self.approval is not None and kind in self.approval.hold_kinds:
            return Effect.PASS
        return effect

    def approved(self, kind: str) -> bool:
        """Return whether a hold of this kind lets the contact go on only because of the approval."""
        return self.table.effect(kind, self.purpose) is Effect.APPROVE and self.effect(kind) is Effect.PASS

    def _is_via(self, kind: str) -> bool:
        rule = self.table.rule(kind)
        return (self.point is not None and self.point.relation in rule.via) or self.department in rule.via_staff

    @cached_property
    def in_own_call(self) -> bool:
        """Whether the customer asked for this in the conversation the asking colleague has with them now."""
        return self.asked_for_in_call and self.line is not None and self.line.staff_id == self.staff_id

    @cached_property
    def customer_caused(self) -> bool:
        """Whether the customer's own act causes this contact."""
        return self.purpose in CUSTOMER_CAUSED or self.in_own_call

    @cached_property
    def candidates(self) -> tuple[AccountFact, ...]:
        """The accounts this contact could speak of: those named, or all that fit the purpose."""
        if self.named_accounts:
            return tuple(account for account in self.accounts if account.id in self.named_accounts)
        if self.purpose in COLLECTING:
            return tuple(account for account in self.accounts if account.delinquent and account.overdue_fen > 0)
        return self.accounts

    @cached_property
    def stops(self) -> dict[int, tuple[HoldFact, ...]]:
        """The holds on each candidate account that stop this purpose."""
        return {
            account.id: tuple(
                hold
                for hold in self.holds
                if hold.account_id == account.id
                and self.effect(hold.kind) is not Effect.PASS
                and not (hold.kind == HoldKind.PLACED and account.id in self.placed_with_asker)
            )
            for account in self.candidates
        }

    @cached_property
    def account_stops(self) -> tuple[HoldFact, ...]:
        """The account holds that refuse the contact.

        What names its accounts needs each of them free. What names none speaks of those that are free,
        and is refused when none is.
        """
        if self.named_accounts or all(self.stops.values()):
            return tuple(hold for holds in self.stops.values() for hold in holds)
        return ()

    @cached_property
    def spoken(self) -> tuple[AccountFact, ...]:
        """The accounts the contact speaks of: the candidates that no hold stops."""
        return tuple(account for account in self.candidates if not self.stops[account.id])


class Result(StrEnum):
    PASSED = "passed"
    REFUSED = "refused"
    EXEMPT = "exempt"
    NOT_APPLICABLE = "not_applicable"


def instant_text(instant: datetime) -> str:
    """Return an instant as decisions keep it: in UTC, whatever zone it was worked out in."""
    return instant.astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, with the rule it rests on and the inputs it went by."""

    check: str
    result: Result
    rule: RuleRef
    inputs: Mapping[str, Any] = field(default_factory=dict)
    reason: Reason | None = None
    until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a decision keeps it; what it does not have is left out."""
        found: dict[str, Any] = {"check": self.check, "result": self.result.value, "rule": self.rule.as_json()}
        if self.inputs:
            found["inputs"] = dict(self.inputs)
        if self.reason is not None:
            found["reason"] = self.reason.value
        if self.until is not None:
            found["until"] = instant_text(self.until)
        return found
