"""Give what was there before its place in the ledger: openings, judged parts, traces of claims, batches followed."""

from typing import ClassVar

from django.db import migrations

# The opening is what the posted entries have moved since: the core's payoff with them taken back.
_OPENINGS = """
    UPDATE collections_app_account account SET opening_fen = account.core_payoff_fen + coalesce((
        SELECT sum(CASE entry.kind WHEN 'payment' THEN entry.amount_fen ELSE -entry.amount_fen END)
        FROM collections_app_entry entry WHERE entry.account_id = account.id AND entry.state = 'posted'), 0)
"""
_PARTS = """
    UPDATE collections_app_promisepart part SET verdict = promise.state, judged_at = promise.judged_at
    FROM collections_app_promise promise
    WHERE promise.id = part.promise_id AND promise.state IN ('kept', 'kept_late', 'partly_kept', 'broken')
"""
_TRACES = """
    UPDATE collections_app_paymentclaim claim SET handoff_id = trace.id
    FROM collections_app_handoff trace
    WHERE trace.customer_id = claim.customer_id AND trace.account_id = claim.account_id
      AND trace.kind = 'payment_trace' AND trace.opened_at = claim.recorded_at
"""
_FOLLOWED = """
    UPDATE collections_app_intakebatch SET followed_at = finished_at WHERE state = 'done'
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("collections_app", '0005_money')]

    operations: ClassVar = [
        migrations.RunSQL([_OPENINGS, _PARTS, _TRACES, _FOLLOWED], reverse_sql=migrations.RunSQL.noop),
    ]
