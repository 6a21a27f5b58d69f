"""G7: every change reaches those who follow, in one gap-free order that the log proves."""

from datetime import datetime, timedelta

from collections_app.services import sequencer
from ledger.services import verification
from oversight.selectors.guarantees.finding import OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G7", "A screen knows when it is blind"

# The sequencer runs every five seconds; an event that is not chained after this long is stuck.
STUCK_AFTER = timedelta(minutes=1)

_EVENTS = f"""
    FROM collections_app_event event
    JOIN collections_app_customer customer ON customer.id = event.customer_id
    LEFT JOIN collections_app_eventsequence sequenced ON sequenced.event_id = event.id
    LEFT JOIN collections_app_eventpending pending ON pending.event_id = event.id
    WHERE {OF_CUSTOMER}
"""

_WRONG = f"""
    SELECT customer.customer_no, event.id,
        CASE WHEN sequenced.event_id IS NULL AND pending.event_id IS NULL THEN 'will never get its place'
            WHEN sequenced.event_id IS NOT NULL AND pending.event_id IS NOT NULL THEN 'has its place and waits for one'
            ELSE 'still waits for its place' END
    {_EVENTS} AND ((sequenced.event_id IS NULL) = (pending.event_id IS NULL)
        OR pending.event_id IS NOT NULL AND event.at < %(stuck)s)
    ORDER BY event.id
"""

_PLACES = "SELECT count(*), coalesce(max(place), -1), coalesce(min(place), 0) FROM collections_app_eventsequence"


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Check the order of events, and with all records also that the ledger verifies."""
    params = {"customer": customer_id, "stuck": now - STUCK_AFTER}
    found = Finding(checked=count(f"SELECT count(*) {_EVENTS}", params))
    for customer_no, event_id, what in ask(_WRONG, params):
        found.add(customer_no, f"event {event_id} {what}")
    if customer_id is not None:
        found.notes.append("the log is verified with all records only")
        return found
    places, last, first = next(ask(_PLACES, {}))
    if first != 0 or last + 1 != places:
        found.add(None, f"{places} events have the places {first} to {last}")
    log = verification.verify()
    for sentence in (*log.violations, *sequencer.contradictions()):
        found.add(None, f"the log: {sentence}")
    found.notes.append(f"log of {log.entries} entries verified")
    return found
