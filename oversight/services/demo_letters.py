"""The demo bank's letters and devices: demands asked for by letter, and customers who have the bank's app."""

import logging
from datetime import datetime, timedelta

from collections_app.models import ContactPoint
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from notifications.models import Message
from notifications.services import app_devices, asked
from oversight.selectors import demo_cases

_log = logging.getLogger(__name__)
_DEMANDS = 3
# Two may be pushed to; the third has turned pushes off.
_DEVICES = (True, True, False)
_BY = "letter"


def write(*, now: datetime) -> int:
    """Ask for formal demands by letter on cases of Shanghai, and return how many; the workers make the pages.

    A bank in which anybody asked for a letter is left as it is.
    """
    if Message.objects.filter(by_channels=_BY).exists():
        return 0
    legal = Actor.of(demo_cases.colleague("legal.sc1"))
    asked_for = 0
    for account in demo_cases.untouched(demo_cases.colleague("supervisor.sh1"), _DEMANDS, now=now):
        try:
            asked.send(
                customer_id=account.customer_id, kind_code="formal_demand", account_id=account.id, typed="", by=_BY,
                actor=legal, seen_version=None, now=now,
            )  # fmt: skip
        except RefusedError as error:
            # Whoever left no address gets no letter.
            _log.warning("The demo asks for no letter to %s: %s", account.customer.customer_no, error)
            continue
        asked_for += 1
    return asked_for


def install(*, now: datetime) -> int:
    """Let customers of Beijing sign in on the bank's app, one of them without pushes; return how many devices are new.

    A bank in which anybody has the app is left as it is.
    """
    if ContactPoint.objects.filter(kind=app_devices.KIND).exists():
        return 0
    accounts = demo_cases.untouched(demo_cases.colleague("supervisor.bj1"), len(_DEVICES), now=now)
    for account, allowed in zip(accounts, _DEVICES, strict=False):
        app_devices.take(
            customer_no=account.customer.customer_no, device=f"demo-{account.customer.customer_no}", allowed=allowed,
            told_at=now - timedelta(hours=1), now=now,
        )  # fmt: skip
    return min(len(accounts), len(_DEVICES))
