"""The cashier's messenger: tells OneCase what happened to an order, over real HTTP, until it is heard."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from threading import Thread
from urllib.parse import urlencode

import requests

from repayment.domain import signatures
from repayment.gateways.sandbox.gateway import notice_key
from repayment.models import SandboxOrder

HEARD = b"success"
# Seconds between tries while nobody answers; a real gateway goes on for a day.
PAUSES: Sequence[float] = (0.0, 1.0, 3.0, 10.0)
_log = logging.getLogger(__name__)


def notification(order: SandboxOrder, *, now: datetime) -> bytes:
    """Return the signed body that tells how an order ended."""
    fields = {
        "reference": order.reference,
        "gateway_reference": order.gateway_reference,
        "outcome": order.outcome,
        "amount_fen": str(order.amount_fen),
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
            answer = requests.post(
                url, data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=5
            )
        except requests.RequestException as error:
            _log.warning("the sandbox cashier could not reach %s: %s", url, type(error).__name__)
            continue
        if answer.content.strip() == HEARD:
            return
    _log.warning("the sandbox cashier gave up on %s", url)
