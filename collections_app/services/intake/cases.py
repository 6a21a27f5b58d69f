"""Opening and closing cases after a nightly file, set-based, within one transaction of the caller's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.handoffs import STILL_OPEN
from collections_app.domain.ownership.pools import Pool
from collections_app.domain.stages import Stage, is_delinquent

# Overdue again within these days is the same case (the bank's policy).
REOPEN_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Judged:
    """How many cases were opened (or opened again) and closed, and whose records that moved."""

    opened: int
    closed: int
    customer_ids: list[int]


def judge(*, now: datetime, year: int, batch_id: int) -> Judged:
    """Open a case for every record with an account beyond grace, close those with nothing overdue or open.

    The caller has locked and derived the records that may have moved, and derives those returned.
    ``year`` is the bank's calendar year, which stands in the number of a new case.
    """
    terms: dict[str, datetime | int | str | list[str]] = {
        "now": now,
        "batch": batch_id,
        "year": f"{year % 100:02d}",
        "since": now - REOPEN_WITHIN,
        "delinquent": [stage.value for stage in Stage if is_delinquent(stage)],
        "handoff_open": [state.value for state in STILL_OPEN],
        "sold": Pool.ASSIGNED.value,
        "in_force": [state.value for state in IN_FORCE],
    }
    with connection.cursor() as cursor:
        for sql in (_TO_JUDGE, _REOPEN, _OPEN, _CLOSE, _ON_CUSTOMERS, _EVENTS):
            cursor.execute(sql, terms)
        cursor.execute("SELECT customer_id, kind FROM intake_case ORDER BY customer_id")
        rows = cursor.fetchall()
    closed = sum(kind == "case.closed" for _, kind in rows)
    return Judged(len(rows) - closed, closed, [customer_id for customer_id, _ in rows])


# Nothing overdue is not enough to close: what is open with the customer keeps the case open. A claim that was assigned
# opens none and keeps none open: it is somebody else's, and so are the holds and plans of its account. The stop of a
# channel is a wish that lasts, and keeps none open either.
_TO_JUDGE = """
    CREATE TEMPORARY TABLE intake_case AS
    SELECT customer.id AS customer_id, customer.branch_id, last.id AS case_id, last.number,
        CASE WHEN last.closed_at >= %(since)s THEN 'case.reopened' ELSE 'case.opened' END AS kind, '' AS reason
    FROM collections_app_customer customer
    LEFT JOIN LATERAL (
        SELECT id, number, closed_at FROM collections_app_case
        WHERE customer_id = customer.id ORDER BY opened_at DESC, id DESC LIMIT 1
    ) last ON true
    WHERE customer.case_number = '' AND customer.id IN (
        SELECT customer_id FROM collections_app_account
        WHERE stage = ANY(%(delinquent)s) AND overdue_fen > 0 AND placement <> %(sold)s)
    UNION ALL
    SELECT customer.id, customer.branch_id, kept.id, kept.number, 'case.closed',
        CASE WHEN EXISTS (
            SELECT FROM collections_app_claimassignment
            WHERE customer_id = customer.id AND at >= kept.opened_at
        ) THEN 'assigned' WHEN EXISTS (
            SELECT FROM collections_app_account WHERE customer_id = customer.id AND payoff_fen > 0
        ) THEN 'cured' ELSE 'settled' END
    FROM collections_app_customer customer
    JOIN collections_app_case kept ON kept.customer_id = customer.id AND kept.closed_at IS NULL
    WHERE customer.overdue_fen = 0
      AND NOT EXISTS (SELECT FROM collections_app_complaint WHERE customer_id = customer.id AND closed_at IS NULL)
      AND NOT EXISTS (SELECT FROM collections_app_handoff
          WHERE customer_id = customer.id AND state = ANY(%(handoff_open)s))
      AND NOT EXISTS (SELECT FROM collections_app_hold
          WHERE customer_id = customer.id AND released_at IS NULL AND channel = ''
            AND (ends_at IS NULL OR ends_at > %(now)s)
            AND (account_id IS NULL OR account_id NOT IN (
                SELECT id FROM collections_app_account WHERE customer_id = customer.id AND placement = %(sold)s)))
      AND NOT EXISTS (SELECT FROM collections_app_arrangement
          WHERE customer_id = customer.id AND state = ANY(%(in_force)s)
            AND account_id NOT IN (
                SELECT id FROM collections_app_account WHERE customer_id = customer.id AND placement = %(sold)s))
      AND NOT EXISTS (SELECT FROM collections_app_conversation
          WHERE customer_id = customer.id AND ended_at IS NULL)
"""

_REOPEN = """
    UPDATE collections_app_case kept SET closed_at = NULL, close_reason = '', reopened = kept.reopened + 1
    FROM intake_case judged WHERE judged.kind = 'case.reopened' AND kept.id = judged.case_id
"""

_OPEN = """
    WITH numbered AS (
        SELECT judged.customer_id, branch.code || '-' || %(year)s || '-' || lpad((
            row_number() OVER (PARTITION BY branch.id ORDER BY judged.customer_id) + coalesce((
                SELECT max(right(number, 6)::integer) FROM collections_app_case
                WHERE number LIKE branch.code || '-' || %(year)s || '-%%'
            ), 0))::text, 6, '0') AS number
        FROM intake_case judged JOIN collections_app_branch branch ON branch.id = judged.branch_id
        WHERE judged.kind = 'case.opened'
    ), opened AS (
        INSERT INTO collections_app_case (customer_id, number, opened_at, close_reason, reopened)
        SELECT customer_id, number, %(now)s, '', 0 FROM numbered ORDER BY customer_id
        RETURNING id, customer_id, number
    )
    UPDATE intake_case judged SET case_id = opened.id, number = opened.number
    FROM opened WHERE opened.customer_id = judged.customer_id
"""

_CLOSE = """
    UPDATE collections_app_case kept SET closed_at = %(now)s, close_reason = judged.reason
    FROM intake_case judged WHERE judged.kind = 'case.closed' AND kept.id = judged.case_id
"""

_ON_CUSTOMERS = """
    UPDATE collections_app_customer customer SET version = customer.version + 1,
        case_number = CASE WHEN judged.kind = 'case.closed' THEN '' ELSE judged.number END
    FROM intake_case judged WHERE judged.customer_id = customer.id
"""

_EVENTS = """
    WITH written AS (
        INSERT INTO collections_app_event (customer_id, kind, version, at, department, payload)
        SELECT customer.id, judged.kind, customer.version, %(now)s, 'system',
            jsonb_strip_nulls(jsonb_build_object(
                'case', judged.number, 'reason', nullif(judged.reason, ''), 'batch', %(batch)s::bigint))
        FROM intake_case judged JOIN collections_app_customer customer ON customer.id = judged.customer_id
        ORDER BY customer.id
        RETURNING id
    )
    INSERT INTO collections_app_eventpending (event_id) SELECT id FROM written
"""
