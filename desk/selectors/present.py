"""What there is of a record, in one query: most of what its page could show, most records have none of."""

from typing import Any

from django.db import connection

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.entries import UNDER_WAY
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.promises import PENDING
from collections_app.models import (
    Account,
    AccountParty,
    Approval,
    Arrangement,
    CaseClaim,
    ClaimAssignment,
    Complaint,
    Conversation,
    Entry,
    Estate,
    Guarantee,
    HandOff,
    Hold,
    Instalment,
    IssuedDocument,
    LegalStep,
    LimitationClock,
    LimitationSuspension,
    PaymentClaim,
    PowerOfAttorney,
    Promise,
    Recusal,
    RelatedPerson,
    Visit,
)

_NAMES = (
    "promises",
    "any_promises",
    "plans",
    "holds",
    "calls",
    "claims",
    "in_flight",
    "handoffs",
    "complaints",
    "recusals",
    "powers",
    "people",
    "estate",
    "issued",
    "suspensions",
    "visits",
    "schedules",
    "case_claims",
    "approvals",
    "clocks",
    "guarantees",
    "guarantors",
    "legal",
)


def of_record(customer_id: int) -> frozenset[str]:
    """Return the names of those parts of a record of which there is at least one row to ask for."""
    asked: dict[str, Any] = {
        "customer": customer_id,
        "pending": [state.value for state in PENDING],
        "in_force": [state.value for state in IN_FORCE],
        "still_open": [state.value for state in STILL_OPEN],
        "under_way": sorted(UNDER_WAY),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, asked)
        found = cursor.fetchone()
    return frozenset(name for name, is_there in zip(_NAMES, found, strict=True) if is_there)


_PRESENT = f"""
    SELECT
      EXISTS (SELECT FROM {Promise._meta.db_table} WHERE customer_id = %(customer)s AND state = ANY(%(pending)s)),
      EXISTS (SELECT FROM {Promise._meta.db_table} WHERE customer_id = %(customer)s),
      EXISTS (SELECT FROM {Arrangement._meta.db_table} WHERE customer_id = %(customer)s AND state = ANY(%(in_force)s)),
      EXISTS (SELECT FROM {Hold._meta.db_table} WHERE customer_id = %(customer)s AND released_at IS NULL),
      EXISTS (SELECT FROM {Conversation._meta.db_table} WHERE customer_id = %(customer)s AND ended_at IS NULL),
      EXISTS (SELECT FROM {PaymentClaim._meta.db_table} WHERE customer_id = %(customer)s AND state = 'open'),
      EXISTS (SELECT FROM {Entry._meta.db_table} WHERE customer_id = %(customer)s AND state = ANY(%(under_way)s)),
      EXISTS (SELECT FROM {HandOff._meta.db_table} WHERE customer_id = %(customer)s AND state = ANY(%(still_open)s)),
      EXISTS (SELECT FROM {Complaint._meta.db_table} WHERE customer_id = %(customer)s),
      EXISTS (SELECT FROM {Recusal._meta.db_table} WHERE customer_id = %(customer)s AND ended_at IS NULL),
      EXISTS (SELECT FROM {PowerOfAttorney._meta.db_table} WHERE customer_id = %(customer)s),
      EXISTS (SELECT FROM {RelatedPerson._meta.db_table} WHERE customer_id = %(customer)s AND ended_at IS NULL),
      EXISTS (SELECT FROM {Estate._meta.db_table} WHERE customer_id = %(customer)s AND withdrawn_at IS NULL),
      EXISTS (SELECT FROM {IssuedDocument._meta.db_table} WHERE customer_id = %(customer)s),
      EXISTS (SELECT FROM {LimitationSuspension._meta.db_table}
              WHERE customer_id = %(customer)s AND revoked_at IS NULL),
      EXISTS (SELECT FROM {Visit._meta.db_table} WHERE customer_id = %(customer)s AND closed_at IS NULL),
      EXISTS (SELECT FROM {Instalment._meta.db_table} AS line
              JOIN {Account._meta.db_table} AS account ON account.id = line.account_id
              WHERE account.customer_id = %(customer)s),
      EXISTS (SELECT FROM {CaseClaim._meta.db_table} WHERE customer_id = %(customer)s AND ended_at IS NULL),
      EXISTS (SELECT FROM {Approval._meta.db_table}
              WHERE customer_id = %(customer)s AND state IN ('pending', 'approved')),
      EXISTS (SELECT FROM {LimitationClock._meta.db_table} WHERE customer_id = %(customer)s),
      EXISTS (SELECT FROM {Guarantee._meta.db_table} WHERE customer_id = %(customer)s),
      EXISTS (SELECT FROM {AccountParty._meta.db_table} AS party
              JOIN {Account._meta.db_table} AS account ON account.id = party.account_id
              WHERE account.customer_id = %(customer)s AND party.role = 'guarantor'),
      EXISTS (SELECT FROM {LegalStep._meta.db_table} WHERE customer_id = %(customer)s)
      OR EXISTS (SELECT FROM {ClaimAssignment._meta.db_table} WHERE customer_id = %(customer)s)
"""  # noqa: S608  names of our own tables
