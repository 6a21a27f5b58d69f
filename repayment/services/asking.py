"""Asking gateways about payments one after another, without waiting for a gateway that does not answer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from django.db import InterfaceError, OperationalError

from collections_app.services import alerts
from repayment.domain.orders import GatewayUnreachableError, NotCertainError
from repayment.models import Payment
from repayment.selectors import payments as selectors
from repayment.services import notices

ALERT = "gateway_silent"
# For so many seconds a run each gateway is asked: an answer may take twenty, and the next run goes on.
SECONDS = 30.0
# The database is away or too busy: that is no fault of the payment, and the same run is made again.
_NOT_ITS_FAULT = (OperationalError, InterfaceError)
_log = logging.getLogger(__name__)


class Faults:
    """What went wrong with single payments of a sweep: the others go on, and the sweep is seen to fail at its end."""

    def __init__(self) -> None:
        self._found: list[Exception] = []

    @contextmanager
    def kept(self, payment_id: int) -> Iterator[None]:
        """Keep whatever goes wrong with a payment inside the block, and log it."""
        try:
            yield
        except _NOT_ITS_FAULT:
            raise
        except Exception as error:  # noqa: BLE001  one payment must not keep back those after it
            _log.exception("payment %s could not be swept", payment_id)
            self._found.append(error)

    def tell(self) -> None:
        """Raise what went wrong, if anything did."""
        if self._found:
            raise ExceptionGroup("payments could not be swept", self._found)


class Asking:
    """One run of questions, in which each gateway is given so many ``seconds`` and given up when it does not answer."""

    def __init__(self, *, now: datetime, seconds: float = SECONDS) -> None:
        self._now = now
        self._seconds = seconds
        self._left: dict[str, float] = {}
        self.is_unanswered = False
        self.faults = Faults()

    def may_ask(self, gateway: str) -> bool:
        """Return whether a gateway has time left in this run, and has answered so far."""
        return self._left.get(gateway, self._seconds) > 0

    def about(self, payment: Payment, *, reason: str = "", must_be_certain: bool = True) -> bool:
        """Close a payment's order and apply how it ended; return whether the gateway said so.

        A gateway that does not answer is given up for this run, and the alert is raised in that moment: whoever waits
        for it may be ended before the run is over. What it is not certain of raises the alert where it ``must_be``.
        """
        began = monotonic()
        answered = given_up = False
        with self.faults.kept(payment.pk):
            try:
                notices.settle_from_answer(payment=payment, now=self._now, reason=reason)
                answered = True
            except NotCertainError:
                if must_be_certain:
                    self._raise_alert(payment)
            except GatewayUnreachableError:
                given_up = True
                self._raise_alert(payment)
        left = 0 if given_up else self._left.get(payment.gateway, self._seconds)
        self._left[payment.gateway] = left - (monotonic() - began)
        return answered

    def end(self) -> None:
        """Clear the alert if every question of the run was answered, and raise what went wrong with single payments."""
        if not self.is_unanswered:
            alerts.clear(kind=ALERT, now=self._now)
        self.faults.tell()

    def _raise_alert(self, payment: Payment) -> None:
        self.is_unanswered = True
        detail = {
            "gateway": payment.gateway,
            "payments": selectors.number_open(gateway=payment.gateway),
            "first": payment.reference,
        }
        alerts.raise_alert(kind=ALERT, detail=detail, now=self._now)
