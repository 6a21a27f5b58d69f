"""``verify_guarantees`` over a bank of a million contacts, each audit and all of them together.

The bank is copied by the set from records the services wrote, so the audit must find nothing wrong with it.
"""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine

from bench import large_bank
from bench.result import Result
from collections_app.models import Contact, Customer, Event
from notifications.models import Message
from oversight.management.commands.verify_guarantees import look
from oversight.selectors.guarantees import AUDITS

MINUTES = 6
CONTACTS = 1_000_000
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def run(*, size: int | None = None) -> Result:
    """Fill a bank, audit it, and report seconds; the goal is a minute for all ten."""
    result = Result("audit", goals={"seconds": ("<=", 60), "violations": ("<=", 0)})
    large_bank.fill(contacts=size or CONTACTS, now=NOW)
    for what, model in (("customers", Customer), ("contacts", Contact), ("messages", Message), ("events", Event)):
        result.add(what, model._default_manager.count(), "rows")
    began, violations = time.monotonic(), 0
    with time_machine.travel(NOW, tick=False):
        for audit, found, seconds in look(AUDITS):
            result.add(f"{audit.CODE} {audit.TITLE}", seconds, "s")
            violations += len(found.violations)
    result.ratios = {"seconds": time.monotonic() - began, "violations": violations}
    return result
