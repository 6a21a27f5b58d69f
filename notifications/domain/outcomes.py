"""What a call to a provider came to, in the words the sending service acts on."""

from dataclasses import dataclass
from enum import StrEnum

# The provider takes no more at the moment.
PACED = "paced"


class Result(StrEnum):
    ACCEPTED = "accepted"
    """The provider took it and named it."""
    TRANSIENT = "transient"
    """The provider surely took nothing; the same message may be tried later."""
    PERMANENT = "permanent"
    """The provider surely took nothing, and never will."""
    STOPPED = "stopped"
    """The provider took nothing and will take nothing from this sender until somebody mends it."""
    WITHHELD = "withheld"
    """It was not handed over: an incident has begun since it was claimed, or there was no room for it."""
    UNKNOWN = "unknown"
    """Nobody can say: it may be on the customer's phone."""


class ErrorClass(StrEnum):
    """What an error code of a provider asks for (facts 3E)."""

    NUMBER = "number"
    LANDLINE = "landline"
    OPTED_OUT = "opted_out"
    CONFIG = "config"
    TRANSIENT = "transient"
    UNREACHABLE = "unreachable"
    """The handset was off or without signal: again on a later day, and then the number is doubtful."""
    ROUTE = "route"
    """The provider does not reach this number or country; another channel, or provider, may."""
    CONTENT = "content"
    POLICY = "policy"
    ONCE = "once"
    """Nobody has said what it means: tried once more, then left to a person."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt, with the provider's name for it and its code when it refused."""

    result: Result
    provider_id: str = ""
    report: str = ""
    error_code: str = ""
    error_class: ErrorClass | None = None
    reached: bool = True
    """Whether anybody was there to take it. A try that reached nobody counts as none."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of a message it has: its name for it, its status, its code."""

    provider_id: str
    report: str
    error_code: str = ""
    error_class: ErrorClass | None = None
