"""Finding a gateway's code by its name."""

from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from repayment.domain.notices import VerifiedNotice
from repayment.domain.orders import Order, RawNotice


class Gateway(Protocol):
    """What every ``gateway`` module offers."""

    def start(self, *, order: Order, now: datetime) -> str:
        """Return the address the customer's browser goes to. The same order again returns the same order's."""
        ...

    def verify(self, *, notice: RawNotice, now: datetime) -> VerifiedNotice:
        """Return what a notification says, or raise NoticeRefusedError when it is not to be believed."""
        ...

    def close(self, *, reference: str, now: datetime) -> VerifiedNotice:
        """Make sure an order can no longer be paid, and return how it ended.

        Raise GatewayUnreachableError when that is not certain.
        """
        ...


def names() -> list[str]:
    """Return the gateways this installation uses, the preferred one first."""
    return list(settings.PAYMENT_GATEWAYS)


def gateway_named(name: str) -> Gateway:
    """Return a gateway's code. Raise KeyError for a name this installation does not use."""
    if name not in settings.PAYMENT_GATEWAYS:
        raise KeyError(name)
    return cast(Gateway, import_module(f"repayment.gateways.{name}.gateway"))
