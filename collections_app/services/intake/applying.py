"""Writing what a nightly file says: set-based, within one transaction of the caller's.

Every statement compares before it writes, so that a record the file does not change is not touched beyond the
date its data stand for.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from collections_app.domain.intake.sanity import Tolerance, check_vanished
from collections_app.services.intake import history, ledger
from collections_app.services.intake.staging import CONTACT_KINDS

# From so many new accounts on, statistics are renewed on the way: what the planner knows of tables that were almost
# empty makes it choose badly.
_MANY_NEW = 1000

Terms = dict[str, date | datetime | int | str | list[str]]


@dataclass(frozen=True, slots=True)
class Applied:
    """What writing a file changed: counts, and the ids of the customers whose derived values may have moved."""

    accounts_new: int
    accounts_changed: int
    to_derive: list[int]


def apply(*, as_of: date, now: datetime, batch_id: int, close_missing: bool, tolerance: Tolerance) -> Applied:
    """Write customers, accounts and schedules from the temporary tables, and one event per changed record.

    Locks every record of the file and every one derived with it first, by ascending id. Raise FileRefusedError when
    too many accounts have vanished. Must run inside a transaction; the caller derives and then judges cases.
    """
    terms: Terms = {"as_of": as_of, "now": now, "batch": batch_id, "zone": settings.TIME_ZONE}
    terms["kinds"] = list(CONTACT_KINDS)
    if close_missing:
        _find_vanished(tolerance)
    else:
        _run("CREATE TEMPORARY TABLE intake_vanished (id bigint, customer_id bigint)")
    _run(_LOCK)
    _run(_BEFORE)
    ledger.note_before(terms=terms)
    new, changed = _counts()
    _run(_CUSTOMERS, terms)
    _run(_IDENTITIES)
    _run(_ACCOUNTS, terms)
    _run(_WALLED)
    if new >= _MANY_NEW:
        _run(_KNOWN_NEW)
    _run(_PARTIES)
    _run(_TOKENS)
    _run(_NEW_CONTACTS, terms)
    if new >= _MANY_NEW:
        _run("ANALYZE collections_app_contactpoint (customer_id, kind, value_token, provenance, quality)")
    _run(_REPLACED_CONTACTS, terms)
    _run(_INSTALMENTS)
    if new >= _MANY_NEW:
        _run("ANALYZE collections_app_instalment")
    _run(_INSTALMENTS_GONE)
    _run(_CLOSE)
    _run(_TRANSACTIONS)
    ledger.write(as_of=as_of, now=now, batch_id=batch_id)
    _run(_ACCOUNTS_AS_OF, terms)
    return Applied(new, changed, to_derive=history.write(as_of=as_of, now=now, batch_id=batch_id))


def _run(sql: str, terms: Terms | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, terms)


def _counts() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM intake_before")
        new, changed = cursor.fetchone()
    return new, changed


def _find_vanished(tolerance: Tolerance) -> None:
    _run(
        """
        CREATE TEMPORARY TABLE intake_vanished AS
        SELECT account.id, account.customer_id FROM collections_app_account account
        WHERE NOT account.closed_in_core
          AND NOT EXISTS (SELECT FROM intake_seen seen WHERE seen.account_token = account.account_token)
        """
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM collections_app_account WHERE NOT closed_in_core),
                      (SELECT count(*) FROM intake_vanished)"""
        )
        before, vanished = cursor.fetchone()
    check_vanished(before=before, vanished=vanished, tolerance=tolerance)


# The customer rows first and by ascending id, as every other writer does: docs/locking.md. Besides the file's own, what
# is derived because another day may change it, and what only the second file names.
_LOCK = """
    CREATE TEMPORARY TABLE intake_locked AS
    SELECT id FROM (
        SELECT id FROM collections_app_customer
        WHERE case_number <> '' OR customer_no IN (SELECT customer_no FROM intake_seen)
            OR id IN (
                SELECT customer_id FROM intake_vanished
                UNION ALL SELECT customer_id FROM collections_app_account WHERE overdue_since IS NOT NULL
                UNION ALL SELECT account.customer_id FROM intake_transaction named
                JOIN collections_app_account account ON account.account_token = named.account_token)
        ORDER BY id FOR NO KEY UPDATE
    ) locked
"""

# What was there before, to tell the new from the changed.
_BEFORE = """
    CREATE TEMPORARY TABLE intake_before AS
    SELECT incoming.account_token, account.id IS NULL AS is_new FROM intake_row incoming
    LEFT JOIN collections_app_account account ON account.account_token = incoming.account_token
"""

# A language somebody chose in OneCase stays until the core says another than it did before.
_SAYS_ANOTHER = "kept.core_language NOT IN ('', excluded.core_language)"

_CUSTOMERS = """
    INSERT INTO collections_app_customer AS kept (
        customer_no, kind, branch_id, name, id_number, birth_date, search_tokens, language, core_language, time_zone,
        country, salary_day, synthetic, core_digest, created_at, data_as_of, version, case_number, status, stage,
        overdue_fen, next_step, queue, priority, priority_why)
    SELECT DISTINCT ON (incoming.customer_no)
        incoming.customer_no, incoming.kind, branch.id, incoming.name, incoming.id_number, incoming.birth_date,
        incoming.tokens, incoming.language, incoming.language, incoming.time_zone, incoming.country,
        incoming.salary_day,
        incoming.customer_synthetic, seen.customer_digest, %(now)s, %(as_of)s, 1, '', 'current', 'm0', 0,
        '', '', 0, '[]'
    FROM intake_row incoming JOIN collections_app_branch branch ON branch.code = incoming.branch
    JOIN intake_seen seen ON seen.line = incoming.line
    WHERE NOT incoming.balances_only
    ORDER BY incoming.customer_no, incoming.line
    ON CONFLICT (customer_no) DO UPDATE SET
        kind = excluded.kind, branch_id = excluded.branch_id, name = excluded.name, id_number = excluded.id_number,
        birth_date = excluded.birth_date, core_language = excluded.core_language,
        language = CASE WHEN SAYS_ANOTHER THEN excluded.language ELSE kept.language END, time_zone = excluded.time_zone,
        country = excluded.country, salary_day = excluded.salary_day, synthetic = excluded.synthetic,
        core_digest = excluded.core_digest
    WHERE kept.core_digest IS DISTINCT FROM excluded.core_digest
""".replace("SAYS_ANOTHER", _SAYS_ANOTHER)

_IDENTITIES = """
    INSERT INTO collections_app_sourceidentity (customer_id, source, number)
    SELECT DISTINCT customer.id, 'core', customer.customer_no
    FROM intake_row incoming JOIN collections_app_customer customer ON customer.customer_no = incoming.customer_no
    WHERE NOT incoming.balances_only
    ON CONFLICT (source, number) DO NOTHING
"""

# What OneCase has given to somebody stays theirs until the core names somebody else than it did before.
_NAMES_ANOTHER = """(excluded.owner_id IS NOT NULL AND excluded.core_owner <> kept.core_owner
            AND (kept.owner_id IS NULL OR kept.core_owner <> ''))"""

_ACCOUNTS = """
    INSERT INTO collections_app_account AS kept (
        customer_id, account_no, account_token, tail, product, currency, limit_fen, principal_fen, interest_fen,
        fees_fen, core_overdue_fen, core_minimum_due_fen, core_billed_fen, core_payoff_fen, core_unbilled_fen,
        opening_fen, payoff_valid_until, statement_on, due_on, overdue_since, grace_days, risk_class, written_off,
        autodebit, data_as_of, core_digest, closed_in_core, owner_id, core_owner, placement, synthetic, created_at,
        days_past_due, stage, overdue_fen, minimum_due_fen, billed_fen, payoff_fen, unbilled_fen)
    SELECT
        customer.id, incoming.account_no, incoming.account_token, incoming.tail, incoming.product, incoming.currency,
        incoming.limit_fen, incoming.principal_fen, incoming.interest_fen, incoming.fees_fen, incoming.overdue_fen,
        incoming.minimum_due_fen, incoming.billed_fen, incoming.payoff_fen, incoming.unbilled_fen,
        incoming.payoff_fen, incoming.payoff_valid_until, incoming.statement_on, incoming.due_on,
        incoming.overdue_since, incoming.grace_days, incoming.risk_class, incoming.written_off, incoming.autodebit,
        %(as_of)s, seen.digest, false, owner.id, incoming.owner,
        CASE unit.kind WHEN 'card_centre' THEN 'card_centre' WHEN 'branch' THEN 'branch' ELSE 'in_house' END,
        incoming.synthetic, %(now)s, 0, 'm0', 0, incoming.minimum_due_fen, incoming.billed_fen, incoming.payoff_fen,
        incoming.unbilled_fen
    FROM intake_row incoming
    JOIN intake_seen seen ON seen.line = incoming.line
    JOIN collections_app_customer customer ON customer.customer_no = incoming.customer_no
    LEFT JOIN collections_app_staff owner ON owner.employee_no = incoming.owner AND owner.is_active
        AND owner.id <> ALL (customer.recused_staff || customer.mediated_by)
    LEFT JOIN collections_app_branch unit ON unit.id = owner.branch_id
    ORDER BY customer.id, incoming.line
    ON CONFLICT (account_token) DO UPDATE SET
        product = excluded.product, currency = excluded.currency, limit_fen = excluded.limit_fen,
        principal_fen = excluded.principal_fen, interest_fen = excluded.interest_fen, fees_fen = excluded.fees_fen,
        core_overdue_fen = excluded.core_overdue_fen, core_minimum_due_fen = excluded.core_minimum_due_fen,
        core_billed_fen = excluded.core_billed_fen, core_payoff_fen = excluded.core_payoff_fen,
        core_unbilled_fen = excluded.core_unbilled_fen, payoff_valid_until = excluded.payoff_valid_until,
        statement_on = excluded.statement_on, due_on = excluded.due_on, overdue_since = excluded.overdue_since,
        grace_days = excluded.grace_days, risk_class = excluded.risk_class, written_off = excluded.written_off,
        autodebit = excluded.autodebit, core_digest = excluded.core_digest, closed_in_core = false,
        owner_id = CASE WHEN NAMES_ANOTHER THEN excluded.owner_id ELSE kept.owner_id END,
        placement = CASE WHEN kept.placement IN ('in_house', 'card_centre', 'branch') AND NAMES_ANOTHER
            THEN excluded.placement ELSE kept.placement END,
        core_owner = CASE WHEN excluded.core_owner = '' THEN kept.core_owner ELSE excluded.core_owner END,
        synthetic = excluded.synthetic
    WHERE kept.core_digest IS DISTINCT FROM excluded.core_digest OR kept.closed_in_core
        OR (kept.owner_id IS NULL AND excluded.owner_id IS NOT NULL AND kept.core_owner <> excluded.core_owner)
""".replace("NAMES_ANOTHER", _NAMES_ANOTHER)

# Nobody is given a record that is walled from them, whatever the core says: it waits in the pool.
_WALLED = """
    UPDATE collections_app_account account SET owner_id = NULL
    FROM collections_app_customer customer, collections_app_staff owner
    WHERE customer.id = account.customer_id AND customer.walled AND owner.id = account.owner_id
      AND EXISTS (
          SELECT FROM collections_app_stafftie tie
          JOIN collections_app_staff tied ON tied.id = tie.staff_id
          WHERE tie.customer_id = customer.id AND tie.ended_at IS NULL
            AND (tie.staff_id = owner.id OR (tie.relation = 'own' AND tied.branch_id = owner.branch_id)))
"""

# Only what the next statements go by; the server itself looks at the rest later, as at any table that has grown.
_KNOWN_NEW = """
    ANALYZE collections_app_customer (id, customer_no, branch_id, case_number, data_as_of),
        collections_app_account (id, customer_id, account_token, stage, overdue_fen, overdue_since, closed_in_core,
            data_as_of),
        intake_before
"""

_PARTIES = """
    INSERT INTO collections_app_accountparty (account_id, customer_id, role)
    SELECT account.id, account.customer_id, 'borrower'
    FROM intake_before before JOIN collections_app_account account ON account.account_token = before.account_token
    WHERE before.is_new
    ON CONFLICT (account_id, customer_id) DO NOTHING
"""

# Old tokens stay: people are still found by a former name or number.
_TOKENS = """
    UPDATE collections_app_customer customer
    SET search_tokens = ARRAY(SELECT DISTINCT token FROM unnest(customer.search_tokens || incoming.tokens) token)
    FROM (
        SELECT customer_no, array_agg(DISTINCT token)::varchar[] AS tokens
        FROM intake_row, unnest(tokens) token WHERE NOT balances_only GROUP BY customer_no
    ) incoming
    WHERE customer.customer_no = incoming.customer_no AND NOT customer.search_tokens @> incoming.tokens
"""

# What is on file again after it had left the file is no more suspect for having left it.
_NEW_CONTACTS = """
    INSERT INTO collections_app_contactpoint AS kept (
        customer_id, kind, value, value_token, country, provenance, relation, holder_name, quality, permission,
        created_at)
    SELECT DISTINCT ON (customer.id, incoming.kind, incoming.value_token)
        customer.id, incoming.kind, incoming.value, incoming.value_token, incoming.country, 'on_file', 'self', '',
        'unknown', 'ok', %(now)s
    FROM intake_contact incoming JOIN collections_app_customer customer ON customer.customer_no = incoming.customer_no
    ORDER BY customer.id, incoming.kind, incoming.value_token
    ON CONFLICT (customer_id, kind, value_token) DO UPDATE SET
        quality = CASE WHEN kept.quality = 'suspect' THEN 'unknown' ELSE kept.quality END, off_file_on = NULL
    WHERE kept.off_file_on IS NOT NULL
"""

# A number the bank no longer has on file is not to be trusted, nor thrown away: it was used and is evidence. Whoever
# verified it after the file's day knows better. A column that was emptied replaces as well.
_REPLACED_CONTACTS = """
    UPDATE collections_app_contactpoint point SET
        off_file_on = %(as_of)s,
        quality = CASE WHEN point.quality IN ('unknown', 'likely') OR (point.quality = 'verified'
            AND (point.verified_at IS NULL OR (point.verified_at AT TIME ZONE %(zone)s)::date <= %(as_of)s))
            THEN 'suspect' ELSE point.quality END
    FROM (
        SELECT customer.id AS customer_id, kinds.kind,
            coalesce(array_agg(contact.value_token) FILTER (WHERE contact.value_token IS NOT NULL), '{}') AS on_file
        FROM (SELECT DISTINCT customer_no FROM intake_row WHERE NOT balances_only) incoming
        JOIN collections_app_customer customer ON customer.customer_no = incoming.customer_no
        CROSS JOIN unnest(%(kinds)s) AS kinds (kind)
        LEFT JOIN intake_contact contact
            ON contact.customer_no = incoming.customer_no AND contact.kind = kinds.kind
        GROUP BY customer.id, kinds.kind
    ) incoming
    WHERE point.customer_id = incoming.customer_id AND point.kind = incoming.kind
      AND point.provenance = 'on_file' AND point.off_file_on IS NULL
      AND point.value_token <> ALL(incoming.on_file)
"""

_INSTALMENTS = """
    INSERT INTO collections_app_instalment AS kept (
        account_id, customer_id, number, due_on, principal_fen, interest_fen, paid_fen)
    SELECT account.id, account.customer_id, incoming.number, incoming.due_on, incoming.principal_fen,
        incoming.interest_fen, incoming.paid_fen
    FROM intake_instalment incoming
    JOIN collections_app_account account ON account.account_token = incoming.account_token
    ON CONFLICT (account_id, number) DO UPDATE SET
        due_on = excluded.due_on, principal_fen = excluded.principal_fen, interest_fen = excluded.interest_fen,
        paid_fen = excluded.paid_fen
    WHERE (kept.due_on, kept.principal_fen, kept.interest_fen, kept.paid_fen)
        IS DISTINCT FROM (excluded.due_on, excluded.principal_fen, excluded.interest_fen, excluded.paid_fen)
"""

_INSTALMENTS_GONE = """
    DELETE FROM collections_app_instalment gone
    USING collections_app_account account, intake_row incoming
    WHERE gone.account_id = account.id AND account.account_token = incoming.account_token
      AND NOT EXISTS (
          SELECT FROM intake_instalment kept
          WHERE kept.account_token = incoming.account_token AND kept.number = gone.number)
"""

_CLOSE = """
    UPDATE collections_app_account account SET
        closed_in_core = true, core_digest = '', core_overdue_fen = 0, core_minimum_due_fen = 0, core_billed_fen = 0,
        core_payoff_fen = 0, core_unbilled_fen = 0, overdue_since = NULL
    FROM intake_vanished vanished WHERE account.id = vanished.id
"""

# One more row for each occurrence the account does not have yet: the same file twice adds nothing. Payments among
# them since the file before prove money that purchases of the same days hide in the balance.
_TRANSACTIONS = """
    WITH added AS (
    INSERT INTO collections_app_transaction (account_id, customer_id, "on", kind, channel, amount_fen, synthetic)
    SELECT account.id, account.customer_id, incoming.done_on, incoming.kind, incoming.channel, incoming.amount_fen,
        incoming.synthetic
    FROM (
        SELECT *, row_number() OVER (PARTITION BY account_token, done_on, kind, channel, amount_fen) AS nth
        FROM intake_transaction
    ) incoming
    JOIN collections_app_account account ON account.account_token = incoming.account_token
    LEFT JOIN (
        SELECT account_id, "on", kind, channel, amount_fen, count(*) AS times FROM collections_app_transaction
        WHERE "on" >= (SELECT min(done_on) FROM intake_transaction)
        GROUP BY account_id, "on", kind, channel, amount_fen
    ) had ON had.account_id = account.id AND had."on" = incoming.done_on AND had.kind = incoming.kind
        AND had.channel = incoming.channel AND had.amount_fen = incoming.amount_fen
    WHERE incoming.nth > coalesce(had.times, 0)
    ORDER BY account.id, incoming.done_on
    RETURNING account_id, "on", kind, amount_fen
    )
    INSERT INTO intake_told (account_id, fen)
    SELECT account.id, sum(added.amount_fen)
    FROM added JOIN collections_app_account account ON account.id = added.account_id
    WHERE added.kind = 'payment' AND added."on" > account.data_as_of
    GROUP BY account.id
"""

_ACCOUNTS_AS_OF = """
    UPDATE collections_app_account account SET data_as_of = %(as_of)s
    FROM intake_seen seen
    WHERE account.account_token = seen.account_token AND account.data_as_of IS DISTINCT FROM %(as_of)s
      AND seen.line NOT IN (SELECT line FROM intake_lost)
"""
