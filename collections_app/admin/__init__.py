"""The administration's pages of the shared truth."""

from collections_app.admin import (
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
