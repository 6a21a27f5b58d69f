"""The cashier's messenger: tells OneCase what happened to an order, over real HTTP, until it is heard."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPException
from threading import Thread
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from repayment.domain import signatures
from repayment.domain.notices import Outcome
from repayment.gateways.sandbox.gateway import DISPUTES, notice_key
from repayment.models import SandboxOrder

HEARD = b"success"
# Seconds between tries while nobody answers; a real gateway goes on for a day.
PAUSES: Sequence[float] = (0.0, 1.0, 3.0, 10.0)
_log = logging.getLogger(__name__)


def outcomes(order: SandboxOrder) -> list[Outcome]:
    """Return all there is to tell of an order, in the order in which it happened."""
    told = [Outcome(order.outcome)]
    if order.refunded_fen:
        told.append(Outcome.REFUNDED)
    if order.dispute:
        told.append(DISPUTES[order.dispute])
    return told


def notification(order: SandboxOrder, *, now: datetime, outcome: Outcome | None = None) -> bytes:
    """Return the signed body that tells how an order ended, or what happened to its money since."""
    said = outcome or Outcome(order.outcome)
    fields = {
        "reference": order.reference,
        "gateway_reference": order.gateway_reference,
        "outcome": said.value,
        "amount_fen": str(order.refunded_fen if said is Outcome.REFUNDED else order.amount_fen),
        "currency": order.currency,
    }
    return urlencode(signatures.sign(fields, key=notice_key(), at=now)).encode("ascii")


def send_later(*, url: str, body: bytes, times: int) -> Thread:
    """Send a notification from a thread of its own, so many times, and return the thread."""
    thread = Thread(target=_send_all, args=(url, body, times), name="sandbox-cashier", daemon=True)
    thread.start()
    return thread


def _send_all(url: str, body: bytes, times: int) -> None:
    for _ in range(times):
        _send(url, body)


def _send(url: str, body: bytes) -> None:
    for pause in PAUSES:
        time.sleep(pause)
        try:
            request = Request(url, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})  # noqa: S310 (our own address, from the settings)
            with urlopen(request, timeout=5) as answer:  # noqa: S310
                if answer.read(64).strip() == HEARD:
                    return
        except (OSError, HTTPException) as error:
            _log.warning("the sandbox cashier was not heard at %s: %s", url, error)
    _log.warning("the sandbox cashier gave up on %s", url)
