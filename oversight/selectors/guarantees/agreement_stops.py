"""G6: nobody was contacted against an agreement, a promise, a hold or an incident that was in force."""

import json
from datetime import datetime
from typing import Any

from collections_app.domain.holds import OF_THE_PERSON
from collections_app.domain.purposes import PURPOSES_OF_CLASS
from collections_app.selectors import codes
from collections_app.selectors.code_versions import stops
from oversight.selectors.guarantees.finding import CLOCKS_APART, OF_CUSTOMER, Finding, ask, count

CODE, TITLE = "G6", "An agreement stops collection"

# What each class of messages is: a channel may be closed for one of them alone.
_CLASSES = {each: sorted(purposes) for each, purposes in PURPOSES_OF_CLASS.items()}

_CONTACTS = f"""
    FROM collections_app_contact contact
    JOIN collections_app_customer customer ON customer.id = contact.customer_id
    WHERE {OF_CUSTOMER} AND NOT contact.inbound AND contact.state IN ('reserved', 'made', 'unknown')
"""

_COLUMNS = (
    "contact.id, contact.customer_id, contact.at, contact.purpose, contact.channel, contact.contact_point_id,"
    " contact.accounts, contact.department"
)

_AGAINST = f"""
    WITH stops AS (SELECT * FROM jsonb_to_recordset(%(stops)s::jsonb) AS stop(kind text, purpose text,
        since timestamptz, until timestamptz, via text[], via_staff text[])),
    contacts AS (SELECT {_COLUMNS}, customer.customer_no {_CONTACTS}),
    -- When a promise or plan began to hold, the last time: each period before has a hold of its own.
    begun AS (
        SELECT customer_id, source, max(placed_at) AS at FROM collections_app_hold
        WHERE source LIKE 'promise:%%' OR source LIKE 'plan:%%' GROUP BY customer_id, source
    ),
    in_force AS (
        SELECT hold.customer_id, hold.account_id, hold.kind, hold.channel, hold.contact_point_id, hold.message_class,
            hold.placed_at AS begins, least(hold.released_at, hold.ends_at) AS ends
        FROM collections_app_hold hold
        UNION ALL
        -- While the life of whoever owes an account is at risk, nobody is asked for it.
        SELECT hold.customer_id, account.id, hold.kind, '', NULL, '', hold.placed_at,
            least(hold.released_at, hold.ends_at)
        FROM collections_app_hold hold JOIN collections_app_account account ON account.customer_id = hold.customer_id
        WHERE hold.kind = 'risk_to_life' AND hold.account_id IS NULL
        UNION ALL
        -- What stands of a person goes with their own number onto the records of others.
        SELECT point.customer_id, NULL, hold.kind, '', point.id, '', greatest(hold.placed_at, own.created_at),
            least(hold.released_at, hold.ends_at)
        FROM collections_app_hold hold
        JOIN collections_app_contactpoint own ON own.customer_id = hold.customer_id AND own.relation = 'self'
        JOIN collections_app_contactpoint point ON point.value_token = own.value_token
            AND point.customer_id <> own.customer_id
        WHERE hold.kind = ANY(%(of_person)s) AND hold.account_id IS NULL
        UNION ALL
        -- Proposed, a promise holds nothing. Approved, or put back in force, it holds from the hold that came with it.
        SELECT promise.customer_id, promise.account_id, 'promise_pending', '', NULL, '',
            coalesce(begun.at, promise.taken_at), promise.judged_at
        FROM collections_app_promise promise
        LEFT JOIN begun ON begun.customer_id = promise.customer_id AND begun.source = 'promise:' || promise.id
        WHERE begun.at IS NOT NULL OR promise.state NOT IN ('proposed', 'withdrawn')
        UNION ALL
        SELECT plan.customer_id, plan.account_id, 'agreement_active', '', NULL, '', coalesce(begun.at, plan.agreed_at),
            least(plan.breached_at, plan.performed_at, plan.annulled_at)
        FROM collections_app_arrangement plan
        LEFT JOIN begun ON begun.customer_id = plan.customer_id AND begun.source = 'plan:' || plan.id
        WHERE plan.state <> 'varied'
    ),
    -- What stops an account stops it for everybody who owes it.
    of_whom AS (
        SELECT in_force.*, customer_id AS whom FROM in_force
        UNION
        SELECT in_force.*, party.customer_id FROM in_force
        JOIN collections_app_accountparty party ON party.account_id = in_force.account_id
    )
    SELECT DISTINCT contacts.customer_no, contacts.id, contacts.purpose, in_force.kind
    FROM contacts
    JOIN of_whom in_force ON in_force.whom = contacts.customer_id AND in_force.begins < contacts.at - %(apart)s
        AND (in_force.ends IS NULL OR in_force.ends > contacts.at + %(apart)s)
    JOIN stops ON stops.kind = in_force.kind AND stops.purpose = contacts.purpose
        AND (stops.since IS NULL OR stops.since <= contacts.at) AND (stops.until IS NULL OR contacts.at < stops.until)
    LEFT JOIN collections_app_contactpoint point ON point.id = contacts.contact_point_id
    WHERE contacts.department <> ALL(stops.via_staff) AND COALESCE(point.relation, '') <> ALL(stops.via)
        AND CASE WHEN in_force.account_id IS NOT NULL THEN contacts.accounts @> to_jsonb(in_force.account_id)
        ELSE in_force.customer_id = contacts.customer_id
            AND (in_force.channel = '' OR in_force.channel = contacts.channel)
            AND (in_force.message_class = '' OR %(classes)s::jsonb -> in_force.message_class ? contacts.purpose)
            AND (in_force.contact_point_id IS NULL OR in_force.contact_point_id = contacts.contact_point_id) END
        -- Asked of the few that are left: reading a decision costs more than all of the above.
        AND NOT (SELECT permitted.decision ? 'approval' FROM collections_app_contact permitted
            WHERE permitted.id = contacts.id)
    ORDER BY contacts.id
"""


_IN_INCIDENT = f"""
    WITH stops AS (SELECT * FROM jsonb_to_recordset(%(stops)s::jsonb) AS stop(kind text, purpose text,
        since timestamptz, until timestamptz)),
    incidents AS (
        SELECT incident.*, least(ended_at, ends_at) AS ends,
            CASE WHEN notices_too THEN 'incident_all' ELSE 'incident' END AS kind
        FROM collections_app_incident incident
    ),
    contacts AS (SELECT {_COLUMNS}, customer.customer_no, customer.branch_id {_CONTACTS})
    SELECT DISTINCT contacts.customer_no, contacts.id, contacts.purpose, incidents.id
    FROM incidents
    JOIN contacts ON incidents.started_at < contacts.at - %(apart)s
        AND (incidents.ends IS NULL OR incidents.ends > contacts.at + %(apart)s)
    JOIN stops ON stops.kind = incidents.kind AND stops.purpose = contacts.purpose
        AND (stops.since IS NULL OR stops.since <= contacts.at) AND (stops.until IS NULL OR contacts.at < stops.until)
    WHERE incidents.scope = 'all' OR EXISTS (
        SELECT FROM collections_app_branch branch
        WHERE (branch.id = incidents.branch_id OR incidents.region IN (branch.region, branch.country))
            AND incidents.scope IN ('branch', 'region')
            AND (branch.id = contacts.branch_id OR branch.id IN (
                SELECT owner.branch_id FROM collections_app_account account
                JOIN collections_app_customer owner ON owner.id = account.customer_id
                WHERE account.id IN (SELECT value::bigint FROM jsonb_array_elements_text(contacts.accounts))))
    ) OR incidents.scope = 'product' AND EXISTS (
        SELECT FROM collections_app_account account
        WHERE account.product = incidents.product
            AND account.id IN (SELECT value::bigint FROM jsonb_array_elements_text(contacts.accounts)))
    ORDER BY contacts.id
"""

# What passes a hold by a second person's word needs that word: given for this customer, before, and used once.
_UNAPPROVED = f"""
    SELECT customer.customer_no, contact.id
    FROM collections_app_contact contact
    JOIN collections_app_customer customer ON customer.id = contact.customer_id
    WHERE {OF_CUSTOMER} AND contact.decision ? 'approval' AND (
        NOT EXISTS (SELECT FROM collections_app_approval approval
            WHERE approval.id = (contact.decision ->> 'approval')::bigint
                AND approval.customer_id = contact.customer_id AND approval.state = 'approved'
                AND approval.decided_at < contact.at + %(apart)s AND approval.expires_at > contact.at - %(apart)s)
        OR EXISTS (SELECT FROM collections_app_contact other
            WHERE other.customer_id = contact.customer_id AND other.id < contact.id
                AND other.decision -> 'approval' = contact.decision -> 'approval'))
    ORDER BY contact.id
"""


def audit(*, now: datetime, customer_id: int | None = None) -> Finding:
    """Lay every contact over what held at its instant, by scope and by the effect on its purpose at that time."""
    table = [
        {
            "kind": stop.kind,
            "purpose": stop.purpose,
            "since": _text(stop.since),
            "until": _text(stop.until),
            "via": stop.via,
            "via_staff": stop.via_staff,
        }
        for stop in stops(codes.current())
    ]
    of_classes = json.dumps(_CLASSES)
    params: dict[str, Any] = {
        "customer": customer_id,
        "stops": json.dumps(table),
        "apart": CLOCKS_APART,
        "classes": of_classes,
        "of_person": sorted(OF_THE_PERSON),
    }
    found = Finding(checked=count(f"SELECT count(*) {_CONTACTS}", params))
    for customer_no, contact_id, purpose, kind in ask(_AGAINST, params):
        found.add(customer_no, f"contact {contact_id} ({purpose}) was made while {kind} was in force")
    for customer_no, contact_id, purpose, incident_id in ask(_IN_INCIDENT, params):
        found.add(customer_no, f"contact {contact_id} ({purpose}) was made in incident {incident_id}")
    for customer_no, contact_id in ask(_UNAPPROVED, params):
        found.add(customer_no, f"contact {contact_id} names an approval that did not allow it")
    return found


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
