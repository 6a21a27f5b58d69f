"""G8: whatever a customer was told of money is on the record."""

from datetime import datetime

from collections_app.domain.outcomes import OutcomeEffect
from collections_app.domain.told.verdicts import FLAGGED
from collections_app.selectors import codes
from oversight.selectors.guarantees.finding import OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G8", "What was told is remembered"

_SAID = f"""
    FROM notifications_message message
    JOIN collections_app_customer customer ON customer.id = message.customer_id
    CROSS JOIN LATERAL jsonb_array_elements(message.said) AS told_of(amount)
    WHERE {OF_CUSTOMER} AND message.accepted_at IS NOT NULL AND message.account_id IS NOT NULL
"""

_FORGOTTEN = f"""
    SELECT customer.customer_no, message.id, told_of.amount ->> 'name' {_SAID} AND NOT EXISTS (
        SELECT FROM collections_app_told told
        WHERE told.contact_id = message.contact_id AND told.account_id = message.account_id
            AND told.amount_name = told_of.amount ->> 'name'
            AND told.amount_fen = (told_of.amount ->> 'fen')::bigint)
    ORDER BY message.id
"""

_SPOKEN = f"""
    FROM collections_app_conversation conversation
    JOIN collections_app_customer customer ON customer.id = conversation.customer_id
    JOIN collections_app_promise promise ON promise.conversation_id = conversation.id
    WHERE {OF_CUSTOMER} AND conversation.ended_at IS NOT NULL AND conversation.outcome = ANY(%(promising)s)
"""

_UNSPOKEN = f"""
    SELECT customer.customer_no, conversation.id {_SPOKEN} AND NOT EXISTS (
        SELECT FROM collections_app_told told
        WHERE told.contact_id = conversation.contact_id AND told.account_id = promise.account_id)
    ORDER BY conversation.id
"""

# Whoever paid on the page had read on it what is asked for.
_SHOWN = f"""
    FROM repayment_payment payment
    JOIN collections_app_customer customer ON customer.id = payment.customer_id
    WHERE {OF_CUSTOMER}
"""

_UNSHOWN = f"""
    SELECT customer.customer_no, payment.reference {_SHOWN} AND NOT EXISTS (
        SELECT FROM collections_app_told told
        WHERE told.customer_id = payment.customer_id AND told.account_id = payment.account_id
            AND told.medium = 'page' AND told.at <= payment.created_at)
    ORDER BY payment.id
"""

_AHEAD = f"""
    SELECT customer.customer_no, told.id FROM collections_app_told told
    JOIN collections_app_customer customer ON customer.id = told.customer_id
    WHERE {OF_CUSTOMER} AND told.version > customer.version ORDER BY told.id
"""

# The state on a record and the flags on its accounts say the same.
_UNFLAGGED = f"""
    SELECT customer.customer_no, customer.told_state FROM collections_app_customer customer
    LEFT JOIN LATERAL (
        SELECT count(*) AS number FROM collections_app_toldflag flag
        WHERE flag.customer_id = customer.id AND flag.ended_at IS NULL
    ) AS open ON true
    WHERE {OF_CUSTOMER} AND (customer.told_state = ANY(%(flagged)s)) <> (open.number > 0)
    ORDER BY customer.id
"""

# A flag ends with a true word, told after the wrong one or true again, that reached the customer.
_DISMISSED = f"""
    SELECT customer.customer_no, flag.id FROM collections_app_toldflag flag
    JOIN collections_app_customer customer ON customer.id = flag.customer_id
    LEFT JOIN collections_app_told true_word ON true_word.id = flag.ended_by_id
    WHERE {OF_CUSTOMER} AND (
        (flag."end" = 'told' AND (
            true_word.customer_id <> flag.customer_id OR true_word.account_id <> flag.account_id
            OR EXISTS (SELECT FROM collections_app_toldunheard unheard WHERE unheard.told_id = true_word.id)))
        OR (flag."end" = 'over' AND flag.wrong))
    ORDER BY flag.id
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Look for amounts in sent messages, promises made in calls and pages paid from, that nobody remembered."""
    outcomes = codes.current().outcomes.values()
    promising = [row.code for row in outcomes if OutcomeEffect.PROMISE in row.effects]
    params = {"customer": customer_id, "promising": promising, "flagged": sorted(FLAGGED)}
    looked_at = (_SAID, _SPOKEN, _SHOWN)
    found = Finding(checked=sum(count(f"SELECT count(*) {rows}", params) for rows in looked_at))
    for customer_no, message_id, name in ask(_FORGOTTEN, params):
        found.add(customer_no, f"message {message_id} named the amount {name}, and the record does not remember it")
    for customer_no, conversation_id in ask(_UNSPOKEN, params):
        found.add(customer_no, f"call {conversation_id} ended with a promise the record does not remember as told")
    for customer_no, reference in ask(_UNSHOWN, params):
        found.add(customer_no, f"payment {reference} was made from a page the record does not remember as shown")
    for customer_no, state in ask(_UNFLAGGED, params):
        found.add(customer_no, f"what was told stands as {state}, and the contradictions on its accounts say otherwise")
    for customer_no, flag_id in ask(_DISMISSED, params):
        found.add(customer_no, f"contradiction {flag_id} ended although the customer was not told the truth")
    for customer_no, told_id in ask(_AHEAD, params):
        found.add(customer_no, f"told row {told_id} is of a version the record has not reached")
    return found
