"""Finding a gateway's code by its name."""

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from collections_app.domain.terms import Term
from repayment.domain.notices import VerifiedNotice
from repayment.domain.orders import Begun, Order, RawNotice
from repayment.domain.settlement import Line


class Gateway(Protocol):
    """What every ``gateway`` module offers."""

    # The currencies it takes; None takes any.
    CURRENCIES: frozenset[str] | None
    # Where the browser goes, as a customer knows it: they are told before, and told nothing else is ours.
    CASHIER: Term

    def start(self, *, order: Order, now: datetime) -> Begun:
        """Return where the customer's browser goes. The same order again is the same order at the gateway.

        Raise GatewayUnreachableError when nothing is certain.
        """
        ...

    def verify(self, *, notice: RawNotice, now: datetime) -> VerifiedNotice:
        """Return what a notification says, or raise NoticeRefusedError when it is not to be believed."""
        ...

    def ask(self, *, order: Order, notice: VerifiedNotice | None, now: datetime) -> Sequence[VerifiedNotice]:
        """Return all the gateway knows of an order, the payment first; it changes nothing.

        ``notice`` is what shall be confirmed. Raise GatewayUnreachableError when the gateway does not say.
        """
        ...

    def close(self, *, order: Order, now: datetime) -> VerifiedNotice:
        """Make sure an order can no longer be paid, and return how it ended.

        Raise GatewayUnreachableError when that is not certain.
        """
        ...


class Statement(Protocol):
    """What every ``statement`` module offers."""

    def read(self, *, content: bytes) -> list[Line]:
        """Return the movements of a settlement file. Raise BadFileError when a line cannot be read."""
        ...


def names() -> list[str]:
    """Return the gateways this installation uses, the preferred one first."""
    return list(settings.PAYMENT_GATEWAYS)


def gateway_named(name: str) -> Gateway:
    """Return a gateway's code. Raise KeyError for a name this installation does not use."""
    if name not in settings.PAYMENT_GATEWAYS:
        raise KeyError(name)
    return cast(Gateway, import_module(f"repayment.gateways.{name}.gateway"))


def statement_of(name: str) -> Statement:
    """Return the code that reads a gateway's settlement files. Raise KeyError for a name that is not used."""
    if name not in settings.PAYMENT_GATEWAYS:
        raise KeyError(name)
    return cast(Statement, import_module(f"repayment.gateways.{name}.statement"))


def first_for(currency: str) -> str | None:
    """Return the preferred gateway that takes a currency, or None when none does."""
    for name in names():
        taken = gateway_named(name).CURRENCIES
        if taken is None or currency in taken:
            return name
    return None


def cashiers() -> list[Term]:
    """Return the cashiers this installation leads to, each once."""
    return list({term.code: term for term in (gateway_named(name).CASHIER for name in names())}.values())


def cashier_for(currency: str) -> Term | None:
    """Return the cashier a payment in a currency leads to, or None when no gateway takes it."""
    name = first_for(currency)
    return None if name is None else gateway_named(name).CASHIER
