"""What is counted: each figure from rows the run has left, the same code for both sides."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

# A second conversation about the same debt so soon after another department's is a repetition.
REPEATED_WITHIN = timedelta(hours=24)
COLLECTION = "collection"
CALL = "voice"


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact that was made: by which department, how, what for, and whether the customer was spoken with."""

    customer: int
    at: datetime
    department: str
    channel: str
    purpose: str
    inbound: bool
    spoken: bool
    point: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """An agreement or another reason not to collect: in force from and until, and when each book had it.

    ``known`` has a moment by book, and none for a book that never had it.
    """

    customer: int
    kind: str
    begins: datetime
    ends: datetime | None
    known: Mapping[str, datetime]
    channel: str = ""

    def holds(self, at: datetime) -> bool:
        """Return whether it is in force at a moment; the moment it begins is not yet one."""
        return self.begins < at and (self.ends is None or at < self.ends)

    def stops(self, contact: Contact) -> bool:
        """Return whether it stood against a contact."""
        return self.channel in {"", contact.channel} and self.holds(contact.at)


@dataclass(frozen=True, slots=True)
class Saying:
    """What a customer was told: which amount, how much, from which book, and what the bank and the core knew then."""

    customer: int
    at: datetime
    book: str
    name: str
    fen: int
    known_fen: int
    owed_fen: int


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a department learnt: when it happened, and when each had it; none when one never got it."""

    kind: str
    happened_at: datetime
    had_at: Sequence[datetime | None]


@dataclass(frozen=True, slots=True)
class Rows:
    """What one side's run has left."""

    contacts: Sequence[Contact]
    stops: Sequence[Stop]
    sayings: Sequence[Saying]
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one side: days of each breach, totals, and the lag of information in hours."""

    breaches: Mapping[str, Sequence[date]]
    contacts: int
    calls: int
    spoken: int
    sayings: int
    agreements: int
    facts: int
    facts_lost: int
    lag_median_hours: float
    lag_p95_hours: float
    lag_longest_hours: float

    def count(self, name: str) -> int:
        """Return how often something went wrong."""
        return len(self.breaches[name])


# In the order they are printed.
BREACHES = (
    "repeated",
    "contradictory",
    "after_agreement",
    "against_stop",
    "wrong_number",
    "two_agreements",
    "behind_core",
)
AGREEMENT, NUMBER = "agreement", "number"


def measure(rows: Rows) -> Measured:
    """Return the figures of one side."""
    made = sorted(rows.contacts, key=lambda item: (item.at, item.customer))
    stops: dict[int, list[Stop]] = defaultdict(list)
    for stop in rows.stops:
        stops[stop.customer].append(stop)
    asking = [item for item in made if not item.inbound and item.purpose == COLLECTION]
    arrived = [(fact.happened_at, [at for at in fact.had_at if at]) for fact in rows.facts if all(fact.had_at)]
    lags = sorted((max(had) - happened).total_seconds() / 3600 for happened, had in arrived)
    moments = {
        "repeated": repeated(made),
        "contradictory": [item.at for item in rows.sayings if _contradicts(item, stops[item.customer])],
        "after_agreement": _against(asking, stops, {AGREEMENT}),
        "against_stop": _against(asking, stops, None),
        "wrong_number": _against(asking, stops, {NUMBER}),
        "two_agreements": _two_at_once(stops.values()),
        "behind_core": [item.at for item in rows.sayings if item.fen == item.known_fen != item.owed_fen],
    }
    return Measured(
        # By day: how many milliseconds a run takes to send a text is nothing that happened to a customer.
        breaches={name: [moment.date() for moment in found] for name, found in moments.items()},
        contacts=len(made),
        calls=sum(item.channel == CALL and not item.inbound for item in made),
        spoken=sum(item.spoken for item in made),
        sayings=len(rows.sayings),
        agreements=sum(item.kind == AGREEMENT for item in rows.stops),
        facts=len(rows.facts),
        facts_lost=len(rows.facts) - len(lags),
        lag_median_hours=median(lags) if lags else 0.0,
        lag_p95_hours=lags[min(int(len(lags) * 0.95), len(lags) - 1)] if lags else 0.0,
        lag_longest_hours=lags[-1] if lags else 0.0,
    )


def repeated(made: Sequence[Contact]) -> list[datetime]:
    """Return the calls about a debt so soon after another department had spoken with the customer about it.

    ``made`` comes in the order of time.
    """
    spoken: dict[int, list[Contact]] = defaultdict(list)
    found = []
    for item in made:
        before = spoken[item.customer]
        recent = before[bisect_left(before, item.at - REPEATED_WITHIN, key=lambda one: one.at) :]
        asks = item.channel == CALL and not item.inbound and item.purpose == COLLECTION
        if asks and any(one.department != item.department for one in recent):
            found.append(item.at)
        if item.spoken:
            before.append(item)
    return found


def _contradicts(saying: Saying, stops: Iterable[Stop]) -> bool:
    """Whether a statement is not what the bank knew, or asks for the debt although it agreed on something else.

    Who has the agreement in their own book speaks knowing of it, and that is no contradiction.
    """
    if saying.fen != saying.known_fen:
        return True
    if saying.name != "overdue":
        return False
    return any(
        stop.kind == AGREEMENT and stop.holds(saying.at) and not _had(stop, saying.book, saying.at) for stop in stops
    )


def _had(stop: Stop, book: str, at: datetime) -> bool:
    moment = stop.known.get(book)
    return moment is not None and moment <= at


def _against(asking: Iterable[Contact], stops: Mapping[int, Sequence[Stop]], kinds: set[str] | None) -> list[datetime]:
    """The contacts made while something of these kinds was in force; without kinds, all but agreements and numbers."""
    found = []
    for item in asking:
        for stop in stops.get(item.customer, ()):
            wanted = stop.kind in kinds if kinds else stop.kind not in {AGREEMENT, NUMBER}
            if wanted and stop.stops(item):
                found.append(item.at)
                break
    return found


def _two_at_once(stops: Iterable[Sequence[Stop]]) -> list[datetime]:
    """When a second agreement about the same debt was made beside one in force."""
    found = []
    for items in stops:
        agreements = sorted((item for item in items if item.kind == AGREEMENT), key=lambda item: item.begins)
        for place, item in enumerate(agreements):
            if any(one.holds(item.begins) for one in agreements[:place]):
                found.append(item.begins)
    return sorted(found)
