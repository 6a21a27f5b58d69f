"""G3: every message and call has the permit of its own instant, and a message the text it was claimed with."""

from datetime import datetime

from oversight.selectors.guarantees.finding import OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G3", "No stale contact"

_SENT = "(message.accepted_at IS NOT NULL OR message.state IN ('claimed', 'accepted', 'sent', 'delivered', 'unknown'))"

_MESSAGES = f"""
    SELECT customer.customer_no, message.id,
        CASE WHEN contact.id IS NULL THEN 'has no contact'
            WHEN contact.customer_id <> message.customer_id THEN 'has the contact of another customer'
            WHEN contact.decision ->> 'allowed' IS DISTINCT FROM 'true' THEN 'has a contact without a permit'
            WHEN contact.at <> message.claimed_at THEN 'was claimed at another instant than its permit'
            WHEN message.version IS NULL OR message.version > customer.version
                THEN 'was written from no version of the record'
            WHEN message.account_id IS NOT NULL AND NOT contact.accounts @> to_jsonb(message.account_id)
                THEN 'speaks of an account its permit does not name'
        END AS what
    FROM notifications_message message
    JOIN collections_app_customer customer ON customer.id = message.customer_id
    LEFT JOIN collections_app_contact contact ON contact.id = message.contact_id
    WHERE {OF_CUSTOMER} AND {_SENT}
"""

_CALLS = f"""
    SELECT customer.customer_no, conversation.id,
        CASE WHEN contact.customer_id <> conversation.customer_id THEN 'has the contact of another customer'
            WHEN contact.decision ->> 'allowed' IS DISTINCT FROM 'true' THEN 'has a contact without a permit'
            WHEN contact.at <> conversation.started_at THEN 'began at another instant than its permit'
            WHEN contact.inbound <> conversation.inbound THEN 'went the other way than its permit says'
        END AS what
    FROM collections_app_conversation conversation
    JOIN collections_app_customer customer ON customer.id = conversation.customer_id
    JOIN collections_app_contact contact ON contact.id = conversation.contact_id
    WHERE {OF_CUSTOMER}
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Check the permit behind each message that left or may have left, and behind each call."""
    params = {"customer": customer_id}
    found = Finding()
    for noun, sql in (("message", _MESSAGES), ("call", _CALLS)):
        found.checked += count(f"SELECT count(*) FROM ({sql}) AS looked", params)
        wrong = f"SELECT customer_no, id, what FROM ({sql}) AS looked WHERE what IS NOT NULL ORDER BY id"
        for customer_no, row_id, what in ask(wrong, params):
            found.add(customer_no, f"{noun} {row_id} {what}")
    return found
