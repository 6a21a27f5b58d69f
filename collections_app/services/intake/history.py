"""The history of a nightly file: one version and one event for each record it changed, set-based.

Also the date that every record's data stand for: one pass over the customers writes both.
"""

from datetime import date, datetime

from django.db import connection


def write(*, as_of: date, now: datetime, batch_id: int) -> list[int]:
    """Date every record, raise the version of each changed one, write its event, and return the ids to derive.

    Reads what applying the file left in the temporary tables, and the accounts as the file dates them. Must run
    inside its transaction.
    """
    terms: dict[str, date | datetime | int] = {"as_of": as_of, "now": now, "batch": batch_id}
    with connection.cursor() as cursor:
        for sql in (_TOUCHED, _KNOWN_TOUCHED, _VERSIONS, _EVENTS, _TO_DERIVE):
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

_KNOWN_TOUCHED = "ANALYZE intake_touched"

# A record is as fresh as its stalest account that is still open: a rejected row keeps its record's date back.
_VERSIONS = """
    UPDATE collections_app_customer customer SET
        data_as_of = fresh.as_of, version = customer.version + CASE WHEN fresh.has_changed THEN 1 ELSE 0 END
    FROM (
        SELECT dated.customer_id, dated.as_of, coalesce(NOT touched.is_new, false) AS has_changed
        FROM (
            SELECT customer_id, coalesce(min(data_as_of) FILTER (WHERE NOT closed_in_core), %(as_of)s) AS as_of
            FROM collections_app_account
            WHERE customer_id IN (
                SELECT known.id FROM collections_app_customer known
                JOIN intake_seen seen ON seen.customer_no = known.customer_no
                UNION SELECT customer_id FROM intake_vanished
                UNION SELECT customer_id FROM intake_touched)
            GROUP BY customer_id
        ) dated LEFT JOIN intake_touched touched ON touched.customer_id = dated.customer_id
    ) fresh
    WHERE customer.id = fresh.customer_id AND (fresh.has_changed OR customer.data_as_of IS DISTINCT FROM fresh.as_of)
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

# What changed, and what another day may change by itself: accounts in arrears, and open cases, but for a case that
# was opened since the records were locked: whoever opened it has derived it. A new record with nothing overdue is
# written as it would be derived.
_TO_DERIVE = """
    SELECT customer_id FROM intake_touched WHERE NOT is_new
    UNION SELECT customer_id FROM collections_app_account WHERE overdue_since IS NOT NULL
    UNION SELECT customer.id FROM collections_app_customer customer
        JOIN intake_locked locked ON locked.id = customer.id WHERE customer.case_number <> ''
    ORDER BY 1
"""
