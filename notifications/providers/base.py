"""What every provider can do. A provider is a folder with this in its ``provider.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from notifications.domain.outcomes import Outcome, Report


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a page by post bears beside its text: to whom, from which unit of the bank, under what number and title."""

    number: int
    name: str
    bank: str
    unit: str
    title: str
    day: str
    hotline: str
    language: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as it is handed to a provider: it must arrive by ``valid_until``.

    ``to`` is an E.164 number, an e-mail address, a postal address or a device. ``subject`` is an e-mail's or a push's,
    ``may_unsubscribe`` an e-mail's: whether it offers to be the last of its class. ``link`` leads to the customer's
    page beside a push's text, which is shown to ``customer_no`` alone; ``letterhead`` is a letter's.
    """

    attempt: str
    to: str
    body: str
    signature: str
    valid_until: datetime | None = None
    provider_template: str = ""
    """The provider's own name for the text, where it approves texts itself."""
    subject: str = ""
    may_unsubscribe: bool = False
    link: str = ""
    customer_no: str = ""
    letterhead: Letterhead | None = None

    def valid_seconds(self, *, now: datetime, least: int, most: int) -> int | None:
        """Return for how many seconds the provider may try, within what it accepts; None when nothing limits it."""
        if self.valid_until is None:
            return None
        return max(least, min(int((self.valid_until - now).total_seconds()), most))


@dataclass(frozen=True, slots=True)
class Search:
    """What is known of a message whose fate nobody knows, for looking it up in the provider's own list."""

    to: str
    body_sha256: str
    since: datetime
    until: datetime
    provider_id: str = ""
    attempt: str = ""
    """The name we gave it, where a provider keeps that."""
    known: frozenset[str] = frozenset()
    """Names at the provider that are known to be other messages of ours with the same words."""


@dataclass(frozen=True, slots=True)
class Outdial:
    """One call as it is handed to a provider: first the colleague's telephone rings, then the customer's."""

    attempt: str
    agent: str
    number: str


@dataclass(frozen=True, slots=True)
class Bridged:
    """One telephone that is called into a conference. ``ends``: the conference is over when this one hangs up."""

    attempt: str
    number: str
    conference: str
    callback: str
    begins: bool = True
    ends: bool = False


@dataclass(frozen=True, slots=True)
class CallSearch:
    """What is known of a call whose fate nobody knows. ``known`` are the names of other calls of ours."""

    agent: str
    since: datetime
    until: datetime
    provider_id: str = ""
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CallReport:
    """What a provider says of a call: its name for it, whose leg and how far that is, and the seconds it lasted."""

    provider_id: str
    report: str
    seconds: int | None = None
    error_code: str = ""


class CannotTellError(Exception):
    """The provider could not be asked, so that nothing follows from what it did not say."""


class OddQuestionError(CannotTellError):
    """This one thing could not be asked about; of others the provider may tell."""


class Provider(Protocol):
    """A way to the customer's handset."""

    code: str
    platform_signs: bool
    """Whether the platform puts the bank's signature before the text (then the text must not)."""
    tells_when_asked: bool
    """Whether ``find`` can tell what became of a message the provider has, when no receipt comes."""

    def carries(self, *, country: str, purpose: str, links: bool) -> str:
        """Return why it cannot carry such a message to that country, or an empty text when it can.

        What its terms say of a country is data: ``CountryTerms``.
        """

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Hand one message over, once. Whatever is not certain is Result.UNKNOWN; it raises nothing expected."""

    def find(self, search: Search) -> Report | None:
        """Return what the provider has of such a message, or None when it surely has none.

        Raise CannotTellError when it cannot be asked.
        """

    def parse_receipt(self, fields: Mapping[str, str]) -> Report:
        """Return the report in the fields of a call-back. Raise ValueError when there is none in it."""


class VoiceProvider(Protocol):
    """A way to connect a colleague's telephone with the customer's."""

    code: str

    def carries(self, *, country: str) -> str:
        """Return why it may not call that country, or an empty text when it may."""

    def agent(self, extension: str) -> str:
        """Return where it reaches a colleague's telephone, or an empty text when it does not."""

    def dial(self, outdial: Outdial) -> Outcome:
        """Ask for one call, once. Whatever is not certain is Result.UNKNOWN; it raises nothing expected."""

    def bridge(self, leg: Bridged) -> Outcome:
        """Ask once for a telephone to be called into a conference, which is not recorded. Uncertain as in ``dial``."""

    def find(self, search: CallSearch) -> CallReport | None:
        """Return what the provider has of such a call, or None when it surely has none.

        Raise CannotTellError when it cannot be asked.
        """

    def parse_report(self, fields: Mapping[str, str]) -> CallReport:
        """Return the report in the fields of a call-back. Raise ValueError when there is none in it."""
