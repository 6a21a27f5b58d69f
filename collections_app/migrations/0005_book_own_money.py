"""Book the money recorded before there was a journal. How it was allocated is not known: it is under no component."""

from django.db import migrations

_SQL = """
    WITH booked AS (
        INSERT INTO collections_app_journal (
            customer_id, account_id, entry_id, kind, channel, reference, currency, "order", rule, at)
        SELECT entry.customer_id, entry.account_id, entry.id,
            CASE entry.kind WHEN 'payment' THEN 'received' ELSE 'taken_back' END,
            entry.channel, entry.reference, account.currency, '', '', entry.recorded_at
        FROM collections_app_entry entry
        JOIN collections_app_account account ON account.id = entry.account_id
        WHERE entry.kind IN ('payment', 'reversal') AND entry.state IN ('received', 'posted')
        RETURNING id, entry_id, kind
    )
    INSERT INTO collections_app_journalline (journal_id, book, amount_fen)
    SELECT booked.id, line.book, line.sign * entry.amount_fen
        * CASE booked.kind WHEN 'received' THEN 1 ELSE -1 END
    FROM booked
    JOIN collections_app_entry entry ON entry.id = booked.entry_id
    CROSS JOIN (VALUES ('clearing', 1), ('other', -1)) AS line (book, sign)
"""


class Migration(migrations.Migration):
    dependencies = [("collections_app", "0004_journal")]
    # Taking it back takes the tables with it.
    operations = [migrations.RunSQL(_SQL, migrations.RunSQL.noop)]
