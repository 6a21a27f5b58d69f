"""Part of G4: who is no party to a debt and was contacted all the same, or heard of it, or had refused for good."""

from collections.abc import Iterator, Mapping
from typing import Any

from collections_app.domain.contact_points import PARTIES
from oversight.selectors.guarantees.finding import OF_CUSTOMER, ask

_CONTACTS = f"""
    FROM collections_app_contact contact
    JOIN collections_app_customer customer ON customer.id = contact.customer_id
    JOIN collections_app_contactpoint point ON point.id = contact.contact_point_id
    LEFT JOIN collections_app_relatedperson person ON person.id = point.person_id
    WHERE {OF_CUSTOMER} AND NOT contact.inbound AND contact.state IN ('reserved', 'made', 'unknown')
"""

# The number of somebody whose role was over by then.
_ENDED = f"SELECT customer.customer_no, contact.id {_CONTACTS} AND person.ended_at < contact.at - %(apart)s"

# Whoever was never more than a third party is spoken to for one purpose alone.
_OF_DEBT = f"""
    SELECT customer.customer_no, contact.id {_CONTACTS} AND point.relation <> ALL(%(parties)s)
        AND point.person_id IS NULL AND contact.purpose <> 'third_party'
"""

# The check that let a third party be asked must have looked at what its rule asks for, and found it.
_UNCALLED_FOR = f"""
    SELECT customer.customer_no, contact.id {_CONTACTS} AND contact.purpose = 'third_party'
        AND point.relation <> ALL(%(parties)s) AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(contact.decision -> 'considered') looked
            JOIN collections_app_rulepack pack ON pack.code = looked -> 'rule' ->> 'pack'
                AND pack.version = (looked -> 'rule' ->> 'version')::int
            JOIN collections_app_rule rule ON rule.pack_id = pack.id AND rule.code = looked -> 'rule' ->> 'code'
                AND rule.kind = 'third_party'
            WHERE looked ->> 'check' = 'third_party' AND looked ->> 'result' = 'passed'
                AND NOT coalesce((rule.parameters ->> 'never')::boolean, false)
                AND ((looked -> 'inputs' ->> 'usable_points')::int = 0
                    OR (looked -> 'inputs' ->> 'failures')::int >= (rule.parameters ->> 'failures')::int
                    OR rule.parameters -> 'related' ? (looked -> 'inputs' ->> 'relation')))
"""

_WORD_ON_POINT = (
    "event.customer_id = point.customer_id AND event.kind = 'contact_point.changed'"
    " AND (event.payload ->> 'contact_point')::bigint = point.id"
)

# A number is closed on every record where its holder is no party, from the first refusal after which nothing else was
# said: who refuses again, in the very call that should not have been, had refused before it. What a party to the debt
# refuses closes nothing elsewhere until their role is over.
_AFTER_REFUSAL = f"""
    WITH said AS (
        SELECT point.value_token, greatest(refused.at, holder.ended_at) AS at
        FROM collections_app_contactpoint point
        LEFT JOIN collections_app_relatedperson holder ON holder.id = point.person_id
        CROSS JOIN LATERAL (
            SELECT min(event.at) AS at FROM collections_app_event event
            WHERE {_WORD_ON_POINT} AND event.payload ->> 'permission' = 'refused'
                AND event.id > coalesce((SELECT max(event.id) FROM collections_app_event event
                    WHERE {_WORD_ON_POINT} AND event.payload ->> 'permission' NOT IN ('', 'refused')), 0)
        ) refused
        WHERE point.permission = 'refused' AND point.relation <> ALL(%(parties)s) AND refused.at IS NOT NULL
    )
    SELECT DISTINCT customer.customer_no, contact.id {_CONTACTS} AND point.relation <> ALL(%(parties)s)
        AND (person.id IS NULL OR person.ended_at < contact.at - %(apart)s)
        AND EXISTS (SELECT FROM said WHERE said.value_token = point.value_token AND said.at < contact.at - %(apart)s)
"""

_CHECKS = {
    "reached somebody whose role had ended": _ENDED,
    "spoke of a debt to somebody who is no party to it": _OF_DEBT,
    "asked somebody who is no party, whom no rule let be asked": _UNCALLED_FOR,
    "reached somebody who is no party and had refused for good": _AFTER_REFUSAL,
}


def violations(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return whose contact is wrong, and what is wrong with it. ``params`` are those of the audit of G4."""
    asked = {**params, "parties": sorted(PARTIES)}
    for what, sql in _CHECKS.items():
        for customer_no, contact_id in ask(f"{sql} ORDER BY contact.id", asked):
            yield customer_no, f"contact {contact_id} {what}"
