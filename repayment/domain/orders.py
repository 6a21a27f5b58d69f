"""What a gateway is asked to collect: fixed by the server before the customer leaves the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Order:
    """One order to a gateway. Amount in fen; the two addresses are ours.

    ``handle`` is what the gateway called the open order when it was begun; empty when that was never heard.
    """

    reference: str
    amount_fen: int
    currency: str
    payee: str
    subject: str
    return_url: str
    notify_url: str
    begun_at: datetime
    expires_at: datetime
    handle: str = ""
    language: str = "zh-hans"
    on_phone: bool = True


@dataclass(frozen=True, slots=True)
class Begun:
    """An order the gateway has: where it is paid, and what the gateway calls it."""

    url: str
    handle: str = ""


@dataclass(frozen=True, slots=True)
class RawNotice:
    """A notification as it came over the wire."""

    body: bytes
    headers: Mapping[str, str]
    address: str | None = None


class GatewayUnreachableError(Exception):
    """The gateway did not answer, or not in a way that can be understood: nothing is known."""


class NotCertainError(GatewayUnreachableError):
    """The gateway answers, but not how this one order stands: of others it may know."""
