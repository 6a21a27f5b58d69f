"""Events beside the ledger that commits to them, compared in the database."""

from collections.abc import Iterator

from django.db import connection

from collections_app.models import Event
from collections_app.selectors import event_shapes


def _members(of: str, value: str) -> str:
    """SQL for the members of a JSON object as Python writes them: sorted, nothing between them but a comma."""
    return (
        f"coalesce((SELECT string_agg(to_json(key) || ':' || {value}, ',' ORDER BY key COLLATE \"C\")"
        f" FROM jsonb_each({of}) AS member(key, value)), '')"
    )


_FLAT = _members("item", "value")
_VALUE = f"""CASE jsonb_typeof(value)
    WHEN 'object' THEN (SELECT '{{' || {_FLAT} || '}}' FROM (SELECT value AS item) AS whole)
    WHEN 'array' THEN '[' || coalesce((
        SELECT string_agg(CASE jsonb_typeof(item) WHEN 'object' THEN '{{' || {_FLAT} || '}}' ELSE item::text END,
            ',' ORDER BY number)
        FROM jsonb_array_elements(value) WITH ORDINALITY AS listed(item, number)), '') || ']'
    ELSE value::text END"""

# The bytes of services/sequencer.canonical, written by PostgreSQL: equal hashes prove equal bytes, whoever wrote them.
_HEAD = """'{"account":' || coalesce(event.account_id::text, 'null')
    || ',"actor":' || coalesce(event.actor_id::text, 'null')
    || ',"at":"' || to_char(event.at AT TIME ZONE 'UTC', CASE
        WHEN date_trunc('second', event.at) = event.at THEN 'YYYY-MM-DD"T"HH24:MI:SS'
        ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US' END)
    || '+00:00","customer":' || event.customer_id
    || ',"department":' || to_json(event.department)
    || ',"id":' || event.id || ',"kind":' || to_json(event.kind)
    || ',"payload":'"""
_PAYLOAD = f"'{{' || {_members('event.payload', _VALUE)} || '}}'"


def _hashed(payload: str) -> str:
    """SQL for the leaf of an event whose payload is written so."""
    return rf"sha256('\x00'::bytea || convert_to(head || {payload} || tail, 'UTF8'))"


# The usual shape of its kind proves nearly every event. The others are unpacked: a payload that nests deeper, or with a
# number that Python writes otherwise, comes out differently and is left over.
_UNPROVEN = f"""
    SELECT place FROM (
        SELECT sequenced.place, entry.leaf_hash AS leaf, event.payload, {_HEAD} AS head,
            ',"version":' || event.version || '}}' AS tail, {{usual}} AS usual, {{spaces}} AS spaces
        FROM collections_app_eventsequence sequenced
        JOIN collections_app_event event ON event.id = sequenced.event_id
        LEFT JOIN ledger_entry entry ON entry.index = sequenced.place
        OFFSET 0
    ) AS event
    WHERE CASE WHEN leaf = {_hashed("usual")} AND octet_length(payload::text) = octet_length(usual) + spaces THEN false
        ELSE leaf IS DISTINCT FROM {_hashed(_PAYLOAD)} END
    ORDER BY place
"""

_WITHOUT = """
    SELECT count(*), min(entry.index) FROM ledger_entry entry
    LEFT JOIN collections_app_eventsequence sequenced ON sequenced.place = entry.index WHERE sequenced.place IS NULL
"""


def unproven() -> Iterator[tuple[int, Event]]:
    """Return place and event of whatever the database could not find in the ledger by itself, in order."""
    usual, spaces = event_shapes.usual()
    statement = _UNPROVEN.replace("{usual}", usual).replace("{spaces}", spaces)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        places = [place for (place,) in cursor.fetchall()]
    for start in range(0, len(places), 2000):
        rows = Event.objects.filter(sequence__place__in=places[start : start + 2000]).select_related("sequence")
        for event in rows.order_by("sequence__place"):
            yield event.sequence.place, event


def without_event() -> tuple[int, int | None]:
    """Return how many entries of the ledger no event has, and the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT)
        absent, first = cursor.fetchone()
    return absent, first
