"""G5: no message left twice, none was forgotten, and those of unknown outcome count."""

from datetime import datetime, timedelta

from oversight.selectors.guarantees.finding import CLOCKS_APART, OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G5", "Nothing twice, nothing lost"

# A lease that ran out longer ago than this has no sweeper behind it.
UNSWEPT_AFTER = timedelta(minutes=10)
# What may no longer be sent is ended by the next claim; it waits longer only when nothing claims.
LOST_AFTER = timedelta(hours=24)

_CHECKS = {
    "went out under two provider ids": """
        (SELECT count(DISTINCT receipt.provider_id) FROM notifications_receipt receipt
            WHERE receipt.message_id = message.id AND receipt.provider_id <> '') > 1
        OR EXISTS (SELECT FROM notifications_receipt receipt WHERE receipt.message_id = message.id
            AND message.provider_id <> '' AND receipt.provider_id NOT IN ('', message.provider_id))""",
    "shares its contact with another message": """
        message.contact_id IS NOT NULL AND EXISTS (SELECT FROM notifications_message other
            WHERE other.contact_id = message.contact_id AND other.id <> message.id)""",
    "went out and is not in the budget": """
        message.accepted_at IS NOT NULL AND NOT EXISTS (SELECT FROM collections_app_contact contact
            WHERE contact.id = message.contact_id AND contact.state IN ('made', 'unknown', 'reserved'))""",
    "is of unknown outcome and does not count": """
        message.state = 'unknown' AND NOT EXISTS (SELECT FROM collections_app_contact contact
            WHERE contact.id = message.contact_id AND contact.state IN ('made', 'unknown', 'reserved'))""",
    "is claimed past its lease": "message.state = 'claimed' AND message.lease_until < %(unswept)s",
    "was accepted without the provider's id": """
        message.state IN ('accepted', 'sent', 'delivered')
            AND (message.provider_id = '' OR message.accepted_at IS NULL)""",
    "was never sent nor ended": """
        message.state IN ('planned', 'due', 'deferred', 'failed_transient') AND message.expires_at < %(lost)s""",
}

_MESSAGES = f"""
    FROM notifications_message message
    JOIN collections_app_customer customer ON customer.id = message.customer_id
    WHERE {OF_CUSTOMER}
"""

# Two people who were given the same case at the same time.
_CLAIMED_TWICE = f"""
    SELECT customer.customer_no, later.id FROM collections_app_caseclaim earlier
    JOIN collections_app_caseclaim later ON later.customer_id = earlier.customer_id AND later.id <> earlier.id
        AND later.taken_at >= earlier.taken_at
        AND later.taken_at < least(earlier.ended_at, earlier.expires_at) - %(apart)s
    JOIN collections_app_customer customer ON customer.id = later.customer_id
    WHERE {OF_CUSTOMER} ORDER BY later.id
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Look for messages sent twice, uncounted or left behind."""
    params = {
        "customer": customer_id,
        "unswept": now - UNSWEPT_AFTER,
        "lost": now - LOST_AFTER,
        "apart": CLOCKS_APART,
    }
    found = Finding(checked=count(f"SELECT count(*) {_MESSAGES}", params))
    for what, condition in _CHECKS.items():
        sql = f"SELECT customer.customer_no, message.id {_MESSAGES} AND ({condition}) ORDER BY message.id"
        for customer_no, message_id in ask(sql, params):
            found.add(customer_no, f"message {message_id} {what}")
    for customer_no, claim_id in ask(_CLAIMED_TWICE, params):
        found.add(customer_no, f"claim {claim_id} gave a case to somebody while a colleague had it")
    unknown = count(f"SELECT count(*) {_MESSAGES} AND message.state = 'unknown'", params)
    if unknown:
        found.notes.append(f"{unknown} of unknown outcome, counted")
    return found
