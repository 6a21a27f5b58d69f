"""The administration's pages of the shared truth."""

from collections_app.admin import (
    backtests,
    calendars,
    codes,
    contacts,
    intake,
    ledger,
    log,
    looks,
    organisation,
    promise_rules,
    queues,
    role_policies,
    rules,
    schedule,
    sign_in,
    staff,
)

__all__ = [
    "backtests",
    "calendars",
    "codes",
    "contacts",
    "intake",
    "ledger",
    "log",
    "looks",
    "organisation",
    "promise_rules",
    "queues",
    "role_policies",
    "rules",
    "schedule",
    "sign_in",
    "staff",
]
