"""Part of G4: an agency contacts nobody before or after an account was placed with it, and nobody else meanwhile."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from collections_app.domain.holds import HoldKind
from collections_app.selectors import codes
from collections_app.selectors.code_versions import stops
from oversight.selectors.guarantees.finding import OF_CUSTOMER, ZONE_OF_CUSTOMER, ask

# The sweep of placements whose day is over runs every half hour.
OVER_FOR = timedelta(hours=2)

# What an agency asked for: each account it was to speak of must have been with it at that instant.
_NOT_THEIRS = f"""
    SELECT DISTINCT customer.customer_no, contact.id
    FROM collections_app_machinepermit permit
    JOIN collections_app_machineclient client ON client.id = permit.client_id AND client.kind = 'agency'
    JOIN collections_app_contact contact ON contact.id = permit.contact_id
    JOIN collections_app_customer customer ON customer.id = contact.customer_id
    CROSS JOIN LATERAL jsonb_array_elements_text(contact.accounts) spoken
    WHERE {OF_CUSTOMER} AND contact.state IN ('reserved', 'made', 'unknown') AND NOT EXISTS (
        SELECT FROM collections_app_placement placed
        WHERE placed.client_id = permit.client_id AND placed.account_id = spoken::bigint
            AND placed.placed_at < contact.at + %(apart)s
            AND (placed.recalled_at IS NULL OR placed.recalled_at > contact.at - %(apart)s)
            AND (placed.until_on IS NULL OR placed.until_on
                >= ((contact.at - %(over_for)s) AT TIME ZONE {ZONE_OF_CUSTOMER})::date))
    ORDER BY contact.id
"""

# What stops an account stops it for everybody who owes it, but for whom the bank lets be asked all the same.
_MEANWHILE = f"""
    WITH stops AS (SELECT * FROM jsonb_to_recordset(%(stops)s::jsonb) AS stop(purpose text,
        since timestamptz, until timestamptz, via text[], via_staff text[])),
    of_whom AS (
        SELECT placed.*, placed.customer_id AS whom FROM collections_app_placement placed
        UNION
        SELECT placed.*, party.customer_id FROM collections_app_placement placed
        JOIN collections_app_accountparty party ON party.account_id = placed.account_id
    )
    SELECT DISTINCT customer.customer_no, contact.id
    FROM of_whom placed
    JOIN collections_app_customer customer ON customer.id = placed.whom
    JOIN collections_app_contact contact ON contact.customer_id = placed.whom
        AND contact.at > placed.placed_at + %(apart)s
        AND (placed.recalled_at IS NULL OR contact.at < placed.recalled_at - %(apart)s)
        AND contact.accounts @> to_jsonb(placed.account_id)
    JOIN stops ON stops.purpose = contact.purpose
        AND (stops.since IS NULL OR stops.since <= contact.at) AND (stops.until IS NULL OR contact.at < stops.until)
    LEFT JOIN collections_app_contactpoint point ON point.id = contact.contact_point_id
    WHERE {OF_CUSTOMER} AND NOT contact.inbound AND contact.state IN ('reserved', 'made', 'unknown')
        AND contact.department <> ALL(stops.via_staff) AND coalesce(point.relation, '') <> ALL(stops.via)
        AND NOT contact.decision ? 'approval'
        AND NOT EXISTS (SELECT FROM collections_app_machinepermit permit
            WHERE permit.contact_id = contact.id AND permit.client_id = placed.client_id)
    ORDER BY contact.id
"""

_OVER = f"""
    SELECT customer.customer_no, placed.id
    FROM collections_app_placement placed
    JOIN collections_app_customer customer ON customer.id = placed.customer_id
    WHERE {OF_CUSTOMER} AND placed.recalled_at IS NULL
        AND placed.until_on < ((%(now)s - %(over_for)s) AT TIME ZONE {ZONE_OF_CUSTOMER})::date
    ORDER BY placed.id
"""


def violations(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return whose contact or placement is wrong, and what is wrong. ``params`` are those of the audit of G4."""
    stopped = [
        {
            "purpose": stop.purpose,
            "since": stop.since and stop.since.isoformat(),
            "until": stop.until and stop.until.isoformat(),
            "via": stop.via,
            "via_staff": stop.via_staff,
        }
        for stop in stops(codes.current())
        if stop.kind == HoldKind.PLACED
    ]
    asked = {**params, "stops": json.dumps(stopped), "over_for": OVER_FOR}
    for customer_no, contact_id in ask(_NOT_THEIRS, asked):
        yield customer_no, f"contact {contact_id} was an agency's, of an account that was not with it"
    for customer_no, contact_id in ask(_MEANWHILE, asked):
        yield customer_no, f"contact {contact_id} spoke of an account that was with an agency"
    for customer_no, placement_id in ask(_OVER, asked):
        yield customer_no, f"placement {placement_id} goes on after its last day"
