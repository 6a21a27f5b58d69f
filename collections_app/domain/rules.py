"""Rules of contact as data: what a rule pack holds, and what each rule measures in the contacts so far.

Windows are counted in calendar days of the customer's own zone: a cap per 7 days looks at today and the
six days before, so a contact falls out at midnight, and "7 days after" counts its own day as the first.
"""

# Long because every kind of rule stands here, with how it is read and measured.

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.domain.access import MOST_FAILURES, WAYS, PageProof
from collections_app.domain.allocation import AllocationOrder
from collections_app.domain.contacts import ContactState
from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.quiet_hours import QuietHours

# What terms are read for where no pack says anything (bank policy), and the longest a pack can ask for.
STARTING_READING_SECONDS = 15
MOST_READING_SECONDS = 600
# How long a person looks at what somebody asks for again whose means did not carry it, and the longest a pack can say.
STARTING_MEANS_DAYS = 30
MOST_MEANS_DAYS = 366


class Basis(StrEnum):
    LAW = "law"
    INDUSTRY = "industry"
    POLICY = "policy"


class Counts(StrEnum):
    """What a cap counts: every attempt, those nobody answered, or those that reached the person."""

    ATTEMPTS = "attempts"
    UNANSWERED = "unanswered"
    EFFECTIVE = "effective"


class Scope(StrEnum):
    CUSTOMER = "customer"
    CONTACT_POINT = "contact_point"
    ACCOUNT = "account"


class After(StrEnum):
    CONTACT = "contact"
    CONVERSATION = "conversation"


class Closes(StrEnum):
    """What STOP closes."""

    CLASS = "class"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Which rule it is, in which version, and on what it rests."""

    pack: str
    version: int
    code: str
    basis: Basis
    verified: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the reference as a decision keeps it."""
        return {
            "pack": self.pack,
            "version": self.version,
            "code": self.code,
            "basis": self.basis.value,
            "verified": self.verified,
        }


@dataclass(frozen=True, slots=True)
class QuietRule:
    """Hours, or days off, in which a channel is silent. No channels means all of them.

    ``every_zone``: the hours hold in every zone the number may be in, not only where the customer is known to live.
    """

    ref: RuleRef
    channels: frozenset[Channel]
    hours: QuietHours | None
    working_days_only: bool
    every_zone: bool = False


@dataclass(frozen=True, slots=True)
class CapRule:
    """So many contacts at most in so many days, per customer, contact point or account.

    One that names purposes speaks of these and counts these only.
    """

    ref: RuleRef
    channels: frozenset[Channel]
    counts: Counts
    scope: Scope
    most: int
    days: int
    purposes: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True)
class IntervalRule:
    """How long to wait after a contact or a conversation: minutes, or days of which its own is the first."""

    ref: RuleRef
    channels: frozenset[Channel]
    after: After
    scope: Scope
    minutes: int
    days: int


@dataclass(frozen=True, slots=True)
class ThirdPartyRule:
    """When somebody who is no party to the debt may be asked to pass on a word, and never more than that.

    ``related`` are relations that may be asked at any time; others only after so many ``failures`` in a row to reach
    the customer, or when no number is left. ``never`` closes it for all.
    """

    ref: RuleRef
    channels: frozenset[Channel]
    failures: int
    related: frozenset[str]
    never: bool


@dataclass(frozen=True, slots=True)
class NumberCheckedRule:
    """A number is used only within so many days after it was last verified to be the customer's."""

    ref: RuleRef
    channels: frozenset[Channel]
    days: int


@dataclass(frozen=True, slots=True)
class PageProofRule:
    """What opens the customer's page. It says nothing about contacts, and no permit asks it."""

    ref: RuleRef
    channels: frozenset[Channel]
    proof: PageProof


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """Which components of a debt a payment is put to first, from so many days past due on. No product means all."""

    ref: RuleRef
    channels: frozenset[Channel]
    product: str
    from_day: int
    order: AllocationOrder


@dataclass(frozen=True, slots=True)
class OptOutRule:
    """What a customer's STOP closes: the class of messages it answers, or the whole channel.

    ``answers``: the bank confirms STOP and START, and answers HELP, by one text where the provider does not.
    """

    ref: RuleRef
    channels: frozenset[Channel]
    closes: Closes
    answers: bool


@dataclass(frozen=True, slots=True)
class ReadingTimeRule:
    """How many seconds the terms of an arrangement are on the page before anybody can agree. No kind means all."""

    ref: RuleRef
    channels: frozenset[Channel]
    arrangement: str
    seconds: int


@dataclass(frozen=True, slots=True)
class MeansAgainRule:
    """For how many days a person looks at applications of whoever's means did not carry one. Nought drops it."""

    ref: RuleRef
    channels: frozenset[Channel]
    days: int


AnyRule = (
    QuietRule
    | CapRule
    | IntervalRule
    | ThirdPartyRule
    | NumberCheckedRule
    | PageProofRule
    | AllocationRule
    | OptOutRule
    | ReadingTimeRule
    | MeansAgainRule
)


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one jurisdiction that are in force."""

    code: str
    version: int
    rules: tuple[AnyRule, ...]

    @property
    def window_days(self) -> int:
        """How many days of contacts the rules look back over, today included."""
        return max((rule.days for rule in self.rules if isinstance(rule, CapRule | IntervalRule)), default=1)

    @property
    def needs_calendar(self) -> bool:
        """Whether any rule asks for working days."""
        return any(isinstance(rule, QuietRule) and rule.working_days_only for rule in self.rules)

    @property
    def needs_number_zones(self) -> bool:
        """Whether any rule asks for every zone a number may be in."""
        return any(isinstance(rule, QuietRule) and rule.every_zone for rule in self.rules)


def parse_rule(*, ref: RuleRef, kind: str, channels: Iterable[str], parameters: Mapping[str, Any]) -> AnyRule:
    """Return a rule from its stored parameters. Raise ValueError when they are incomplete or senseless."""
    on = frozenset(Channel(channel) for channel in channels)
    try:
        if kind == "quiet_hours":
            return _quiet(ref, on, parameters)
        if kind == "cap":
            return CapRule(
                ref,
                on,
                Counts(parameters["counts"]),
                Scope(parameters["scope"]),
                _whole(parameters["most"], least=0),
                _whole(parameters["days"], least=1),
                frozenset(Purpose(purpose) for purpose in parameters.get("purposes", ())),
            )
        if kind == "interval":
            minutes, days = _whole(parameters.get("minutes", 0), least=0), _whole(parameters.get("days", 0), least=0)
            if bool(minutes) == bool(days):
                raise ValueError("an interval has either minutes or days")
            return IntervalRule(ref, on, After(parameters["after"]), Scope(parameters["scope"]), minutes, days)
        if kind == "third_party":
            related, never = parameters.get("related", []), _flag(parameters.get("never", False))
            failures = _whole(parameters.get("failures", 0), least=0 if never else 1)
            if not isinstance(related, list) or not all(isinstance(relation, str) for relation in related):
                raise ValueError("related is no list of relations")
            return ThirdPartyRule(ref, on, failures, frozenset(related), never)
        if kind == "number_checked":
            return NumberCheckedRule(ref, on, _whole(parameters["days"], least=1))
        return _beside_contacts(ref, on, kind, parameters)
    except (KeyError, TypeError) as error:
        raise ValueError(f"rule {ref.code}: {error!r}") from error


def _beside_contacts(ref: RuleRef, on: frozenset[Channel], kind: str, parameters: Mapping[str, Any]) -> AnyRule:
    """Return a rule that no permit asks: of the customer's page, of payments, of what a STOP closes."""
    if kind == "page_proof":
        return PageProofRule(ref, on, _page_proof(parameters))
    if kind == "allocation":
        return AllocationRule(
            ref,
            on,
            str(parameters.get("product", "")),
            _whole(parameters.get("from_day", 0), least=0),
            AllocationOrder(parameters["order"]),
        )
    if kind == "opt_out":
        return OptOutRule(ref, on, Closes(parameters["closes"]), _flag(parameters.get("answers", False)))
    if kind == "reading_time":
        return ReadingTimeRule(ref, on, str(parameters.get("arrangement", "")), _seconds(parameters["seconds"]))
    if kind == "means_again":
        return MeansAgainRule(ref, on, _means_days(parameters["days"]))
    raise ValueError(f"rule {ref.code} is of no known kind: {kind}")


def allocation_rule(pack: Pack, *, product: str, days_past_due: int) -> AllocationRule | None:
    """Return the rule that says how a payment counts today: the product's own first, and the latest that has begun."""
    fitting = [
        rule
        for rule in pack.rules
        if isinstance(rule, AllocationRule) and rule.product in {"", product} and rule.from_day <= days_past_due
    ]
    return max(fitting, key=lambda rule: (bool(rule.product), rule.from_day), default=None)


def opt_out_rule(pack: Pack, *, channel: Channel) -> OptOutRule | None:
    """Return the rule that says what a customer closes who wants no more by a channel: the first that speaks of it."""
    return next((rule for rule in pack.rules if isinstance(rule, OptOutRule) and applies(rule, channel)), None)


def reading_time_rule(pack: Pack, *, arrangement: str) -> ReadingTimeRule | None:
    """Return the rule that says how long terms are read: an arrangement's own before that of all, then the longest."""
    fitting = [
        rule for rule in pack.rules if isinstance(rule, ReadingTimeRule) and rule.arrangement in {"", arrangement}
    ]
    return max(fitting, key=lambda rule: (bool(rule.arrangement), rule.seconds), default=None)


def means_again_rule(pack: Pack) -> MeansAgainRule | None:
    """Return the rule that says how long a person looks at what is asked for again: the longest."""
    fitting = [rule for rule in pack.rules if isinstance(rule, MeansAgainRule)]
    return max(fitting, key=lambda rule: rule.days, default=None)


def _means_days(value: Any) -> int:
    days = _whole(value, least=0)
    if days > MOST_MEANS_DAYS:
        raise ValueError(f"more than {MOST_MEANS_DAYS} days")
    return days


def _seconds(value: Any) -> int:
    seconds = _whole(value, least=0)
    if seconds > MOST_READING_SECONDS:
        # The terms themselves stand for half an hour only.
        raise ValueError(f"more than {MOST_READING_SECONDS} seconds")
    return seconds


def _quiet(ref: RuleRef, channels: frozenset[Channel], parameters: Mapping[str, Any]) -> QuietRule:
    hours = None
    if "from" in parameters or "to" in parameters:
        hours = QuietHours(time.fromisoformat(parameters["from"]), time.fromisoformat(parameters["to"]))
    working_days_only = _flag(parameters.get("working_days_only", False))
    if hours is None and not working_days_only:
        raise ValueError(f"rule {ref.code} is silent at no time")
    return QuietRule(ref, channels, hours, working_days_only, _flag(parameters.get("every_zone", False)))


def _page_proof(parameters: Mapping[str, Any]) -> PageProof:
    ways = parameters["ways"]
    if not isinstance(ways, list) or not ways or not set(ways) <= set(WAYS):
        raise ValueError("ways is no list of ways of proof")
    tries = _whole(parameters.get("tries", MOST_FAILURES), least=1)
    if tries > MOST_FAILURES:
        raise ValueError(f"more than {MOST_FAILURES} tries")
    return PageProof(tuple(ways), _flag(parameters.get("one_time_code", False)), tries)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"neither true nor false: {value!r}")
    return value


def _whole(value: Any, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"not a whole number of at least {least}: {value!r}")
    return value


def applies(rule: AnyRule, channel: str) -> bool:
    """Return whether a rule speaks about a channel."""
    return not rule.channels or channel in rule.channels


@dataclass(frozen=True, slots=True)
class ContactFact:
    """One contact of the past as rules see it. ``counted`` is domain/contacts.counts of it."""

    at: datetime
    channel: str
    state: str
    effective: bool
    contact_point_id: int | None
    account_ids: frozenset[int]
    counted: bool
    pending_until: datetime | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a contact is about to reach: by which contact point, about which accounts."""

    contact_point_id: int | None
    account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rule measured: whether it refuses, until when, and the numbers it went by."""

    refused: bool
    until: datetime | None
    inputs: dict[str, Any]


_OPEN_ENDED = frozenset({ContactState.RESERVED, ContactState.UNKNOWN})


def _is_counted(rule: CapRule, contact: ContactFact) -> bool:
    if not contact.counted or not applies(rule, contact.channel):
        return False
    if rule.purposes and contact.purpose not in rule.purposes:
        return False
    if rule.counts is Counts.ATTEMPTS or contact.state in _OPEN_ENDED:
        return True  # what may yet turn out either way counts as both
    return contact.effective is (rule.counts is Counts.EFFECTIVE)


def _groups(scope: Scope, target: Target, contacts: Sequence[ContactFact]) -> list[Sequence[ContactFact]]:
    """Return the contacts to look at, one group for each thing of the scope that the target touches.

    A contact that names no account may have spoken of any.
    """
    if scope is Scope.CUSTOMER:
        return [contacts]
    if scope is Scope.CONTACT_POINT:
        if target.contact_point_id is None:
            return []
        return [[contact for contact in contacts if contact.contact_point_id == target.contact_point_id]]
    return [
        [contact for contact in contacts if not contact.account_ids or account_id in contact.account_ids]
        for account_id in target.account_ids
    ]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def read_cap(
    rule: CapRule, *, contacts: Sequence[ContactFact], target: Target, now: datetime, zone: ZoneInfo
) -> Reading:
    """Return how much of a cap is used, and when it lets go if it is reached."""
    first_day = now.astimezone(zone).date() - timedelta(days=rule.days - 1)
    used, until = 0, None
    for group in _groups(rule.scope, target, [contact for contact in contacts if _is_counted(rule, contact)]):
        days = sorted(day for contact in group if (day := contact.at.astimezone(zone).date()) >= first_day)
        used = max(used, len(days))
        if len(days) >= rule.most > 0:
            # Enough of the oldest must fall out of the window that the rest stay below the cap.
            free = _midnight(days[len(days) - rule.most] + timedelta(days=rule.days), zone)
            until = free if until is None else max(until, free)
    inputs = {"used": used, "most": rule.most, "days": rule.days, "counts": rule.counts.value}
    return Reading(used >= rule.most, until, inputs)


def read_interval(
    rule: IntervalRule, *, contacts: Sequence[ContactFact], target: Target, now: datetime, zone: ZoneInfo
) -> Reading:
    """Return whether enough time has passed since the last contact or conversation."""
    until = None
    if rule.after is After.CONTACT:
        relevant = [contact for contact in contacts if contact.counted and applies(rule, contact.channel)]
    else:
        # Whoever began it, a conversation is one; and what may yet turn out to have been one counts as one.
        relevant = [
            contact
            for contact in contacts
            if applies(rule, contact.channel)
            and (contact.effective or (contact.counted and contact.state in _OPEN_ENDED))
        ]
    for contact in (contact for group in _groups(rule.scope, target, relevant) for contact in group):
        if rule.days:
            free = _midnight(contact.at.astimezone(zone).date() + timedelta(days=rule.days), zone)
        else:
            free = contact.at + timedelta(minutes=rule.minutes)
        until = free if until is None else max(until, free)
    inputs = {"after": rule.after.value, "minutes": rule.minutes, "days": rule.days}
    if until is None or until <= now:
        return Reading(False, None, inputs)
    return Reading(True, until, inputs)
