"""The history of a nightly file: one version and one event for each record it changed, set-based."""

from datetime import date, datetime

from django.db import connection


def write(*, as_of: date, now: datetime, batch_id: int) -> list[int]:
    """Raise the version of each changed record, write its event, and return the ids of the records to derive.

    Reads what applying the file left in the temporary tables. Must run inside its transaction.
    """
    terms: dict[str, date | datetime | int] = {"as_of": as_of, "now": now, "batch": batch_id}
    with connection.cursor() as cursor:
        for sql in (_TOUCHED, _VERSIONS, _EVENTS, _TO_DERIVE):
            cursor.execute(sql, terms)
        return [row[0] for row in cursor.fetchall()]


# One row for each record the file changed, with the accounts that moved.
_TOUCHED = """
    CREATE TEMPORARY TABLE intake_touched AS
    SELECT moved.customer_id, bool_or(moved.is_new) AND NOT EXISTS (
            SELECT FROM collections_app_event event WHERE event.customer_id = moved.customer_id
        ) AS is_new,
        array_agg(DISTINCT moved.account_id) FILTER (WHERE moved.account_id IS NOT NULL) AS accounts
    FROM (
        SELECT account.customer_id, account.id AS account_id, before.is_new FROM intake_before before
        JOIN collections_app_account account ON account.account_token = before.account_token
        UNION ALL SELECT customer_id, id, false FROM intake_vanished
        UNION ALL SELECT customer_id, NULL, false FROM intake_posted
        UNION ALL SELECT customer_id, NULL, false FROM intake_reversed
        UNION ALL SELECT customer_id, account_id, false FROM intake_adjusted WHERE money_fen <> 0
    ) moved
    GROUP BY moved.customer_id
"""

_VERSIONS = """
    UPDATE collections_app_customer customer SET version = version + 1
    FROM intake_touched touched WHERE touched.customer_id = customer.id AND NOT touched.is_new
"""

_EVENTS = """
    WITH written AS (
        INSERT INTO collections_app_event (customer_id, kind, version, at, department, account_id, payload)
        SELECT customer.id, CASE WHEN touched.is_new THEN 'customer.created' ELSE 'account.imported' END,
            customer.version, %(now)s, 'system',
            CASE WHEN cardinality(touched.accounts) = 1 THEN touched.accounts[1] END,
            jsonb_build_object('batch', %(batch)s::bigint, 'as_of', %(as_of)s::date,
                'accounts', to_jsonb(coalesce(touched.accounts, '{}')))
            || CASE WHEN money.fen > 0 THEN jsonb_build_object('money_fen', money.fen) ELSE '{}' END
        FROM intake_touched touched JOIN collections_app_customer customer ON customer.id = touched.customer_id
        LEFT JOIN (
            SELECT customer_id, sum(money_fen)::bigint AS fen FROM intake_adjusted WHERE money_fen > 0
            GROUP BY customer_id
        ) money ON money.customer_id = customer.id
        ORDER BY customer.id
        RETURNING id
    )
    INSERT INTO collections_app_eventpending (event_id) SELECT id FROM written
"""

# What changed, and what another day may change by itself: accounts in arrears, and open cases. A new record with
# nothing overdue is written as it would be derived.
_TO_DERIVE = """
    SELECT customer_id FROM intake_touched WHERE NOT is_new
    UNION SELECT customer_id FROM collections_app_account WHERE overdue_since IS NOT NULL
    UNION SELECT id FROM collections_app_customer WHERE case_number <> ''
    ORDER BY 1
"""
