"""G4: no contact beyond a cap, too soon or in quiet hours by its own rules, no reservation or line held for ever."""

from datetime import datetime, timedelta
from typing import Any

from collections_app.domain.outcomes import Counts
from collections_app.domain.purposes import CAP_EXEMPT, CUSTOMER_CAUSED
from collections_app.domain.visits import TOLD_WITHIN
from collections_app.selectors import codes
from oversight.selectors.guarantees import placements, third_parties, working_days
from oversight.selectors.guarantees.budget_suspects import known_zones, suspects
from oversight.selectors.guarantees.finding import CLOCKS_APART, OF_CUSTOMER, RULES_OF_PERMIT, Finding, ask, count

CODE, TITLE = "G4", "One contact budget"

# The sweep of reservations runs every minute; one that is older than this was forgotten.
FORGOTTEN_AFTER = timedelta(minutes=10)

# Contacts that may have reached somebody, with each rule of the very pack version their permit names.
_RULED = f"""
    SELECT contact.id, contact.customer_id, customer.customer_no, contact.at, contact.channel, contact.purpose,
        contact.contact_point_id, contact.accounts, customer.time_zone,
        contact.at AT TIME ZONE customer.time_zone AS there,
        rule.code, rule.kind, rule.channels, rule.parameters
    FROM collections_app_contact contact
    JOIN collections_app_customer customer ON customer.id = contact.customer_id
    {RULES_OF_PERMIT}
    WHERE contact.id = ANY(%(suspects)s) AND considered ->> 'check' = 'rules' AND considered ->> 'result' = 'passed'
        -- A rule that names purposes speaks of these and counts these only.
        AND coalesce(nullif(rule.parameters -> 'purposes', '[]') ? contact.purpose, true)
        AND contact.state IN ('reserved', 'made', 'unknown') AND NOT contact.inbound
        AND contact.decision ->> 'asked_for_in_call' IS DISTINCT FROM 'true'
"""

# Each contact under the rules of a kind that count others. Each account is a budget of its own.
_TARGETS = f"""
    WITH ruled AS MATERIALIZED ({_RULED} AND rule.kind = %(kind)s AND contact.purpose <> ALL(%(exempt)s)),
    targets AS (
        SELECT ruled.*, target.account FROM ruled CROSS JOIN LATERAL (
            SELECT NULL::jsonb AS account WHERE ruled.parameters ->> 'scope' <> 'account'
            UNION ALL SELECT jsonb_array_elements(ruled.accounts) WHERE ruled.parameters ->> 'scope' = 'account'
        ) target
    )
"""

# Since when a contact counts as a conversation: a call may be said to have been one by a later correction.
_SPOKEN_SINCE = """
    coalesce((
        SELECT CASE WHEN corrected.said ->> 'outcome' = ANY(%(spoken)s) THEN earlier.at ELSE corrected.corrected_at END
        FROM collections_app_correction corrected
        JOIN collections_app_conversation held ON held.id = corrected.subject_id AND held.contact_id = earlier.id
        WHERE corrected.customer_id = earlier.customer_id AND corrected.subject = 'call'
            AND ARRAY[corrected.said ->> 'outcome', corrected.right ->> 'outcome'] && %(spoken)s
        ORDER BY corrected.corrected_at, corrected.id LIMIT 1
    ), earlier.at)
"""

# For each contact under a cap: the earlier ones of its window that counted.
_CAPS = f"""
    {_TARGETS}
    SELECT targets.customer_no, targets.id, targets.code, (targets.parameters ->> 'most')::int, count(earlier.id)
    FROM targets JOIN collections_app_contact earlier ON earlier.customer_id = targets.customer_id
        AND (earlier.at, earlier.id) < (targets.at, targets.id)
        AND (earlier.at AT TIME ZONE targets.time_zone)::date
            > targets.there::date - (targets.parameters ->> 'days')::int
        AND earlier.state IN ('reserved', 'made', 'unknown') AND NOT earlier.inbound
        AND earlier.purpose <> ALL(%(exempt)s)
        AND earlier.decision ->> 'asked_for_in_call' IS DISTINCT FROM 'true'
        AND (targets.channels = '[]' OR targets.channels ? earlier.channel)
        AND coalesce(nullif(targets.parameters -> 'purposes', '[]') ? earlier.purpose, true)
        AND (targets.parameters ->> 'counts' = 'attempts' OR earlier.state <> 'made'
            OR (earlier.effective AND {_SPOKEN_SINCE} <= targets.at) = (targets.parameters ->> 'counts' = 'effective'))
        AND (targets.parameters ->> 'scope' <> 'contact_point' OR earlier.contact_point_id = targets.contact_point_id)
        AND (targets.account IS NULL OR earlier.accounts = '[]' OR earlier.accounts @> targets.account)
    GROUP BY targets.customer_no, targets.id, targets.code, targets.parameters, targets.account
    HAVING count(earlier.id) >= (targets.parameters ->> 'most')::int
    ORDER BY targets.id
"""

# Each contact that came too soon after another, or after a conversation, whoever had begun that one. What may yet turn
# out to have been a conversation counts as one, and what was said to be one afterwards only from then on.
_INTERVALS = f"""
    {_TARGETS}
    SELECT targets.customer_no, targets.id, targets.code, max(earlier.id)
    FROM targets JOIN collections_app_contact earlier ON earlier.customer_id = targets.customer_id
        AND (earlier.at, earlier.id) < (targets.at, targets.id)
        AND (targets.channels = '[]' OR targets.channels ? earlier.channel)
        AND earlier.state IN ('reserved', 'made', 'unknown')
        AND CASE WHEN targets.parameters ->> 'after' = 'conversation' AND earlier.state = 'made'
            THEN earlier.effective AND {_SPOKEN_SINCE} <= targets.at
            WHEN targets.parameters ->> 'after' = 'conversation' AND earlier.effective THEN true
            ELSE NOT earlier.inbound AND earlier.purpose <> ALL(%(exempt)s)
                AND earlier.decision ->> 'asked_for_in_call' IS DISTINCT FROM 'true' END
        AND (targets.parameters ->> 'scope' <> 'contact_point' OR earlier.contact_point_id = targets.contact_point_id)
        AND (targets.account IS NULL OR earlier.accounts = '[]' OR earlier.accounts @> targets.account)
        AND CASE WHEN coalesce((targets.parameters ->> 'days')::int, 0) > 0
            THEN ((targets.at + %(apart)s) AT TIME ZONE targets.time_zone)::date
                < (earlier.at AT TIME ZONE targets.time_zone)::date + (targets.parameters ->> 'days')::int
            ELSE targets.at + %(apart)s < earlier.at + (targets.parameters ->> 'minutes')::int * interval '1 minute' END
    GROUP BY targets.customer_no, targets.id, targets.code
    ORDER BY targets.id
"""

_QUIET = f"""
    SELECT ruled.customer_no, ruled.id, ruled.code, to_char(ruled.there, 'HH24:MI')
    FROM ({_RULED} AND rule.kind = 'quiet_hours' AND rule.parameters ? 'from'
        AND contact.purpose <> ALL(%(caused)s)) ruled
    WHERE CASE WHEN ruled.parameters ->> 'from' < ruled.parameters ->> 'to'
        THEN ruled.there::time >= (ruled.parameters ->> 'from')::time
            AND ruled.there::time < (ruled.parameters ->> 'to')::time
        ELSE ruled.there::time >= (ruled.parameters ->> 'from')::time
            OR ruled.there::time < (ruled.parameters ->> 'to')::time END
    ORDER BY ruled.id
"""

_FORGOTTEN = f"""
    SELECT customer.customer_no, contact.id FROM collections_app_contact contact
    JOIN collections_app_customer customer ON customer.id = contact.customer_id
    WHERE {OF_CUSTOMER} AND contact.state = 'reserved'
        AND (contact.expires_at IS NULL OR contact.expires_at < %(forgotten)s)
        AND NOT EXISTS (SELECT FROM collections_app_conversation held WHERE held.contact_id = contact.id)
        -- Of a visit it stays until somebody tells how it went, and they have their time for that.
        AND NOT EXISTS (SELECT FROM collections_app_visit visit WHERE visit.contact_id = contact.id
            AND visit.state = 'begun' AND visit.ends_at > %(untold)s)
    ORDER BY contact.id
"""

# A line that nobody gave back: the sweep of silent calls runs every twenty seconds.
_HELD = f"""
    SELECT customer.customer_no, held.id FROM collections_app_conversation held
    JOIN collections_app_customer customer ON customer.id = held.customer_id
    WHERE {OF_CUSTOMER} AND held.ended_at IS NULL AND held.interrupted_at IS NULL AND held.lease_until < %(forgotten)s
    ORDER BY held.id
"""

# A contact of somebody else's in the middle of a call. Whoever took a call over, or back, held the line in between; who
# visits holds none.
_ON_THE_LINE = f"""
    SELECT customer.customer_no, contact.id, held.id
    FROM collections_app_conversation held
    JOIN collections_app_customer customer ON customer.id = held.customer_id
    JOIN collections_app_contact contact ON contact.customer_id = held.customer_id AND contact.id <> held.contact_id
        AND contact.at > held.started_at + %(apart)s
        AND contact.at < least(held.ended_at, held.interrupted_at, held.lease_until) - %(apart)s
    WHERE {OF_CUSTOMER} AND NOT contact.inbound AND contact.state IN ('reserved', 'made', 'unknown')
        AND contact.staff_id IS DISTINCT FROM held.staff_id
        AND (contact.channel = 'voice' OR contact.purpose <> ALL(%(caused)s))
        AND NOT EXISTS (SELECT FROM collections_app_visit visit WHERE visit.conversation_id = held.id)
        AND NOT EXISTS (SELECT FROM collections_app_linetransfer passed WHERE passed.conversation_id = held.id)
        AND NOT EXISTS (SELECT FROM collections_app_event event
            WHERE event.customer_id = held.customer_id AND event.kind = 'conversation.resumed'
                AND (event.payload ->> 'conversation')::bigint = held.id)
    ORDER BY contact.id
"""

_ALL = f"""
    SELECT count(*) FROM collections_app_contact contact
    JOIN collections_app_customer customer ON customer.id = contact.customer_id WHERE {OF_CUSTOMER}
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Count again, from the contacts alone, what each was allowed by the rules of its permit."""
    params: dict[str, Any] = {
        "customer": customer_id,
        "exempt": sorted(CAP_EXEMPT),
        "caused": sorted(CUSTOMER_CAUSED),
        "forgotten": now - FORGOTTEN_AFTER,
        "untold": now - TOLD_WITHIN,
        "apart": CLOCKS_APART,
        "now": now,
        "zones": known_zones(),
        "spoken": [code for code, row in codes.seen().outcomes.items() if row.counts is Counts.EFFECTIVE],
    }
    found = Finding(checked=count(_ALL, params))
    params["suspects"] = suspects(params)
    for customer_no, contact_id, rule, most, used in ask(_CAPS, params | {"kind": "cap"}):
        found.add(customer_no, f"contact {contact_id} is beyond {rule}: {used} before it, at most {most} in all")
    for customer_no, contact_id, rule, earlier in ask(_INTERVALS, params | {"kind": "interval"}):
        found.add(customer_no, f"contact {contact_id} came too soon after contact {earlier} by {rule}")
    for customer_no, contact_id, rule, clock in ask(_QUIET, params):
        found.add(customer_no, f"contact {contact_id} was made at {clock} in the quiet hours of {rule}")
    for customer_no, contact_id in ask(_FORGOTTEN, params):
        found.add(customer_no, f"contact {contact_id} is still reserved after its end")
    for customer_no, call_id in ask(_HELD, params):
        found.add(customer_no, f"call {call_id} holds the line past its lease")
    for customer_no, contact_id, call_id in ask(_ON_THE_LINE, params):
        found.add(customer_no, f"contact {contact_id} was made while somebody else was on the line in call {call_id}")
    for part in (working_days, third_parties, placements):
        for customer_no, what in part.violations(params):
            found.add(customer_no, what)
    return found
