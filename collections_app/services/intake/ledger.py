"""The ledger of each account a nightly file moves, set-based, within one transaction of the caller's.

The file's payoff is the truth. What it moved beyond the own payments it contains becomes one adjustment of each
account, so that the opening and the posted entries equal the file; as much of it as the file proves to be money that
came in is kept beside, for promises, plans and claims to be judged by. docs/intake.md says what can be known.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

Terms = dict[str, date | datetime | int | str | list[str]]


def note_before(*, terms: Terms) -> None:
    """Note what the file changes of each account's amounts, before they are overwritten."""
    _run(_MOVED, terms)
    _run("CREATE TEMPORARY TABLE intake_told (account_id bigint NOT NULL, fen bigint NOT NULL)", terms)


def write(*, as_of: date, now: datetime, batch_id: int) -> None:
    """Post the own payments and reversals that the file contains, and one adjustment for what else it moved.

    Must run after transactions are written and before accounts get the file's date.
    """
    ends = datetime.combine(as_of + timedelta(days=1), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
    terms: Terms = {
        "as_of": as_of,
        "now": now,
        "batch": batch_id,
        "zone": settings.TIME_ZONE,
        "ends": ends,
        "last": ends - timedelta(seconds=1),
    }
    for sql in (_BOOKED, _WAIVED, *_OWN_MONEY, _ADJUSTED, _ADJUSTMENTS):
        _run(sql, terms)


def _run(sql: str, terms: Terms) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, terms)


# What every amount fell by, and what the schedule says was paid: each proves that at least so much money came in.
# Within one bill cycle what is billed only falls by money; over a new statement only overdue and payoff compare.
# An account that comes back with the debt it had left with had not been paid off: it is compared with what it owed
# then, and what leaving was taken for is undone. A loan has one debt; on a card arrears or a bill from before tell it.
_MOVED = """
    CREATE TEMPORARY TABLE intake_moved AS
    SELECT account.id AS account_id, account.core_payoff_fen AS old_fen, incoming.payoff_fen AS new_fen,
        greatest(
            coalesce(gone.overdue_fen, account.core_overdue_fen) - incoming.overdue_fen,
            coalesce(gone.payoff_fen, account.core_payoff_fen) - incoming.payoff_fen,
            CASE WHEN incoming.product = 'card' AND account.statement_on = incoming.statement_on
                THEN coalesce(gone.billed_fen, account.core_billed_fen) - incoming.billed_fen END
        ) AS fallen_fen,
        schedule.risen_fen, coalesce(gone.money_fen, 0) AS undone_fen, NULL::jsonb AS owed
    FROM intake_row incoming
    JOIN collections_app_account account ON account.account_token = incoming.account_token
    LEFT JOIN (
        SELECT had.account_id, sum(line.paid_fen - had.paid_fen)::bigint AS risen_fen
        FROM intake_instalment line
        JOIN collections_app_account account ON account.account_token = line.account_token
        JOIN collections_app_instalment had
            ON had.account_id = account.id AND had.number = line.number AND had.due_on = line.due_on
        GROUP BY had.account_id
    ) schedule ON schedule.account_id = account.id
    LEFT JOIN LATERAL (
        SELECT left_file.money_fen, (left_file.lowered ->> 'overdue_fen')::bigint AS overdue_fen,
            (left_file.lowered ->> 'payoff_fen')::bigint AS payoff_fen,
            (left_file.lowered ->> 'billed_fen')::bigint AS billed_fen
        FROM (
            SELECT entry.money_fen, entry.lowered, entry.latest_on FROM collections_app_entry entry
            -- Few accounts are closed, which the planner sees here and not in the join's condition.
            WHERE account.closed_in_core AND entry.account_id = account.id AND entry.kind = 'adjustment'
              AND entry.amount_fen <> 0
            ORDER BY entry.id DESC LIMIT 1
        ) left_file
        WHERE left_file.lowered IS NOT NULL AND (incoming.product = 'loan'
            OR incoming.overdue_since <= left_file.latest_on OR incoming.statement_on <= left_file.latest_on)
    ) gone ON true
    UNION ALL
    SELECT account.id, account.core_payoff_fen, 0, account.core_payoff_fen, NULL, 0, jsonb_build_object(
        'overdue_fen', account.core_overdue_fen, 'payoff_fen', account.core_payoff_fen,
        'billed_fen', account.core_billed_fen)
    FROM intake_vanished vanished JOIN collections_app_account account ON account.id = vanished.id
"""

# Waivers that the core was told of and names as contained: let off, so no money that came in; one called off is owed
# again, and hides as much money as came in beside it.
_BOOKED = """
    UPDATE collections_app_coreinstruction line
    SET state = 'booked', booked_fen = line.amount_fen, booked_on = %(as_of)s, answered_at = %(now)s,
        batch_id = %(batch)s, event_id = NULL
    FROM collections_app_account account, intake_payment named, intake_seen seen
    WHERE account.id = line.account_id AND named.account_token = account.account_token
      AND named.reference = line.reference AND NOT named.reversed AND line.state <> 'booked'
      AND seen.account_token = account.account_token AND seen.line NOT IN (SELECT line FROM intake_lost)
"""

_WAIVED = """
    CREATE TEMPORARY TABLE intake_waived AS
    SELECT account_id, sum(CASE WHEN turn %% 2 = 0 THEN -amount_fen ELSE amount_fen END)::bigint AS fen
    FROM collections_app_coreinstruction
    WHERE batch_id = %(batch)s GROUP BY account_id
"""

# Own payments that the balances now contain, by themselves or with their reversal: they no longer stand on top.
_CONTAINED = """
    CREATE TEMPORARY TABLE intake_posted AS
    SELECT DISTINCT entry.id, entry.customer_id, entry.account_id, entry.amount_fen,
        (entry.occurred_at AT TIME ZONE %(zone)s)::date AS paid_on
    FROM collections_app_entry entry
    JOIN collections_app_account account ON account.id = entry.account_id
    JOIN intake_payment contained
        ON contained.account_token = account.account_token AND contained.reference = entry.reference
    JOIN intake_seen seen ON seen.account_token = account.account_token
    WHERE entry.kind = 'payment' AND entry.state = 'received' AND seen.line NOT IN (SELECT line FROM intake_lost)
"""

# A bounce that OneCase hears of from the core first.
_NEW_REVERSALS = """
    INSERT INTO collections_app_entry (
        account_id, customer_id, kind, state, amount_fen, lowered, channel, reference, occurred_at, recorded_at,
        batch_id)
    SELECT DISTINCT ON (entry.id) entry.account_id, entry.customer_id, 'reversal', 'received', entry.amount_fen,
        coalesce(entry.lowered, jsonb_build_object('payoff_fen', entry.amount_fen)), entry.channel, entry.reference,
        least(%(last)s, %(now)s), %(now)s, %(batch)s
    FROM collections_app_entry entry
    JOIN collections_app_account account ON account.id = entry.account_id
    JOIN intake_payment named
        ON named.account_token = account.account_token AND named.reference = entry.reference AND named.reversed
    JOIN intake_seen seen ON seen.account_token = account.account_token
    WHERE entry.kind = 'payment' AND entry.state IN ('received', 'posted')
      -- Where parts have gone back, what the file names is those.
      AND NOT EXISTS (SELECT FROM collections_app_entry part WHERE part.of_reference = entry.reference
        AND part.of_reference <> '')
      AND seen.line NOT IN (SELECT line FROM intake_lost)
    ORDER BY entry.id
    ON CONFLICT (reference, kind) DO NOTHING
"""

# It goes back from where the payment had gone, line by line.
_REVERSALS_BOOKED = """
    WITH booked AS (
        INSERT INTO collections_app_journal (
            customer_id, account_id, entry_id, kind, channel, reference, currency, "order", rule, at)
        SELECT back.customer_id, back.account_id, back.id, 'taken_back', paid.channel, back.reference, paid.currency,
            '', '', %(now)s
        FROM collections_app_entry back
        JOIN collections_app_journal paid ON paid.kind = 'received' AND paid.reference = back.reference
        WHERE back.batch_id = %(batch)s AND back.kind = 'reversal'
        RETURNING id, reference, channel
    )
    INSERT INTO collections_app_journalline (journal_id, book, amount_fen)
    SELECT booked.id, line.book, -line.amount_fen
    FROM booked
    JOIN collections_app_journal paid
        ON paid.kind = 'received' AND paid.reference = booked.reference AND paid.channel = booked.channel
    JOIN collections_app_journalline line ON line.journal_id = paid.id
"""

_POSTED = """
    UPDATE collections_app_entry SET state = 'posted' WHERE id IN (SELECT id FROM intake_posted)
"""

# A bounce of a payment the core has posted is in the file that names it, and at the latest in the file of its day:
# nobody is asked for the same money twice because the core does not name it.
_REVERSED = """
    CREATE TEMPORARY TABLE intake_reversed AS
    SELECT back.id, back.customer_id, back.account_id, back.amount_fen, named.reference IS NOT NULL AS named
    FROM collections_app_entry back
    JOIN collections_app_entry paid
        ON paid.reference = coalesce(nullif(back.of_reference, ''), back.reference)
            AND paid.kind = 'payment' AND paid.state = 'posted'
    JOIN collections_app_account account ON account.id = back.account_id
    JOIN intake_seen seen ON seen.account_token = account.account_token
    LEFT JOIN (SELECT DISTINCT account_token, reference FROM intake_payment WHERE reversed) named
        ON named.account_token = account.account_token AND named.reference = paid.reference
    WHERE back.kind = 'reversal' AND back.state = 'received' AND seen.line NOT IN (SELECT line FROM intake_lost)
      AND (named.reference IS NOT NULL OR back.occurred_at < %(ends)s)
"""

_REVERSALS_POSTED = """
    UPDATE collections_app_entry SET state = 'posted' WHERE id IN (SELECT id FROM intake_reversed)
"""

# One line for each account that anything moved. ``fallen_fen`` is the most that any evidence proves; own payments are
# the first part of it. What they do not find in it had been taken for the core's money in an earlier file, and is
# taken back there, as is what a loan's schedule takes back, and what an account that is there again had been thought
# to have paid.
_ADJUSTED = """
    CREATE TEMPORARY TABLE intake_adjusted AS
    WITH own AS (
        SELECT account_id, sum(paid)::bigint AS paid_fen, sum(back)::bigint AS back_fen,
            sum(named_back)::bigint AS named_back_fen, min(paid_on) AS first_on
        FROM (
            SELECT account_id, amount_fen AS paid, 0 AS back, 0 AS named_back, paid_on FROM intake_posted
            UNION ALL
            SELECT account_id, 0, amount_fen, CASE WHEN named THEN amount_fen ELSE 0 END, NULL FROM intake_reversed
        ) each GROUP BY account_id
    ), evidence AS (
        SELECT account.id AS account_id, account.customer_id,
            least(account.data_as_of + 1, %(as_of)s::date) AS earliest_on,
            coalesce(moved.new_fen - moved.old_fen, 0) + coalesce(own.paid_fen, 0) - coalesce(own.back_fen, 0)
                AS amount_fen,
            coalesce(own.paid_fen, 0) AS paid_fen, own.first_on,
            greatest(
                moved.fallen_fen - coalesce(waived.fen, 0), moved.risen_fen + coalesce(own.named_back_fen, 0),
                told.fen, 0
            ) AS fallen_fen,
            greatest(-(moved.risen_fen + coalesce(own.back_fen, 0)), 0) AS gone_fen,
            coalesce(moved.undone_fen, 0) AS undone_fen, moved.owed
        FROM (
            SELECT account_id FROM intake_moved
            UNION SELECT account_id FROM own
            UNION SELECT account_id FROM intake_told
        ) touched
        JOIN collections_app_account account ON account.id = touched.account_id
        LEFT JOIN intake_moved moved ON moved.account_id = account.id
        LEFT JOIN own ON own.account_id = account.id
        LEFT JOIN intake_told told ON told.account_id = account.id
        LEFT JOIN intake_waived waived ON waived.account_id = account.id
    ), weighed AS (
        SELECT evidence.*, greatest(fallen_fen - paid_fen, 0) - coalesce(least(
            undone_fen + greatest(least(paid_fen - fallen_fen, prior.since_own - undone_fen), 0)
                + CASE WHEN fallen_fen = 0 THEN gone_fen ELSE 0 END,
            prior.ever), 0) AS money_fen
        FROM evidence
        LEFT JOIN LATERAL (
            SELECT greatest(coalesce(sum(entry.money_fen) FILTER (WHERE entry.latest_on >= evidence.first_on), 0), 0)
                    AS since_own,
                greatest(coalesce(sum(entry.money_fen), 0), 0) AS ever
            FROM collections_app_entry entry
            WHERE entry.account_id = evidence.account_id AND entry.kind = 'adjustment' AND entry.money_fen <> 0
              -- Asked for few accounts only, which the planner sees here and not in the join's condition.
              AND (evidence.paid_fen > evidence.fallen_fen OR evidence.gone_fen > 0 OR evidence.undone_fen > 0)
        ) prior ON true
    )
    SELECT account_id, customer_id, earliest_on, amount_fen, money_fen, owed FROM weighed
    WHERE amount_fen <> 0 OR money_fen <> 0
"""

_ADJUSTMENTS = """
    INSERT INTO collections_app_entry (
        account_id, customer_id, kind, state, amount_fen, money_fen, lowered, earliest_on, latest_on, channel,
        reference, occurred_at, recorded_at, batch_id)
    SELECT account_id, customer_id, 'adjustment', 'posted', amount_fen, money_fen, owed, earliest_on, %(as_of)s, 'core',
        'file:' || %(batch)s || ':' || account_id, %(last)s, %(now)s, %(batch)s
    FROM intake_adjusted ORDER BY account_id
"""

_OWN_MONEY = (_CONTAINED, _NEW_REVERSALS, _REVERSALS_BOOKED, _POSTED, _REVERSED, _REVERSALS_POSTED)
