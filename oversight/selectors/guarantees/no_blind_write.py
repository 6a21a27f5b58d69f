"""G2: every change of a record raised its version by one, and no change is missing."""

from datetime import datetime

from collections_app.domain.events import EVENT_KINDS
from oversight.selectors.guarantees.finding import OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G2", "No blind write"

_BUMPING = sorted(kind.code for kind in EVENT_KINDS.values() if kind.bumps)

# A record begins at version 1, with an event of its own when the nightly file brought it.
_VERSIONS = f"""
    SELECT customer.customer_no, customer.version, seen.events, seen.distinct_versions, seen.first, seen.last,
        seen.highest
    FROM collections_app_customer customer
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE event.kind = ANY(%(bumping)s)) AS events,
            count(DISTINCT event.version) FILTER (WHERE event.kind = ANY(%(bumping)s)) AS distinct_versions,
            min(event.version) FILTER (WHERE event.kind = ANY(%(bumping)s)) AS first,
            max(event.version) FILTER (WHERE event.kind = ANY(%(bumping)s)) AS last,
            max(event.version) AS highest
        FROM collections_app_event event WHERE event.customer_id = customer.id
    ) seen ON true
    WHERE {OF_CUSTOMER} AND (
        seen.events <> seen.distinct_versions
        OR coalesce(seen.last, 1) <> customer.version
        OR coalesce(seen.first, 1) > 2
        OR seen.last - seen.first + 1 <> seen.distinct_versions
        OR coalesce(seen.highest, 1) > customer.version)
    ORDER BY customer.id
"""

_RECORDS = f"SELECT count(*) FROM collections_app_customer customer WHERE {OF_CUSTOMER}"


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Check that the versions of each record's events have no gap, no double, and end at its version."""
    params = {"bumping": _BUMPING, "customer": customer_id}
    found = Finding(checked=count(_RECORDS, params))
    for customer_no, version, events, distinct, first, last, highest in ask(_VERSIONS, params):
        if events != distinct:
            what = f"{events - distinct} changes share a version with another"
        elif (highest or 1) > version:
            what = f"an event of version {highest} is ahead of the record's version {version}"
        elif (last or 1) != version:
            what = f"the record is at version {version}, its last change at {last or 1}"
        else:
            what = f"versions {first} to {last} have {distinct} changes: one is missing"
        found.add(customer_no, what)
    return found
