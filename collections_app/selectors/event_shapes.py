"""What payloads of events usually look like, and the SQL that writes such a payload as Python would.

Unpacking a payload member by member is what proving events costs most. Most events of a kind have the same members: for
these the text is put together from the members by name, in a small part of the time. What has another shape gives no
text here, or another, and is unpacked.
"""

import json
import re
from collections import Counter, defaultdict
from typing import Any

from django.db import connection

from collections_app.models import Event

# So many pages of the table are looked at, spread over it: a few thousand events.
_PAGES = 200
_PAGE_BYTES = 8192
# A payload of more members is rare.
_MOST_MEMBERS = 40
# What may stand in a statement as it is.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")

_SIZE = f"SELECT pg_relation_size('{Event._meta.db_table}')"
_SAMPLE = f"SELECT kind, payload::text FROM {Event._meta.db_table} TABLESAMPLE SYSTEM (%s) REPEATABLE (1)"  # noqa: S608


def usual() -> tuple[str, str]:
    """Return two SQL expressions over ``event``: its payload's text, and how many spaces jsonb's own text has more.

    Both are null where the payload lacks a member of its kind's usual shape. A payload that has more than the shape is
    told by its length: what is not in the text adds to jsonb's own, whatever it is.
    """
    texts, spaces = [], []
    for kind, payload in sorted(_of_kinds().items()):
        text, more = _written(payload, "event.payload")
        texts.append(f"WHEN '{kind}' THEN {text}")
        spaces.append(f"WHEN '{kind}' THEN {more}")
    if not texts:
        return "NULL::text", "NULL::int"
    return f"CASE event.kind {' '.join(texts)} END", f"CASE event.kind {' '.join(spaces)} END"


def _of_kinds() -> dict[str, dict[str, Any]]:
    """Return by kind one payload of its commonest shape, of those that have one that can be written."""
    with connection.cursor() as cursor:
        cursor.execute(_SIZE)
        pages = cursor.fetchone()[0] / _PAGE_BYTES
        cursor.execute(_SAMPLE, [min(100.0, 100 * _PAGES / max(pages, 1))])
        rows = cursor.fetchall()
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    payloads = {}
    for kind, text in rows:
        payload = json.loads(text)
        shape = _written(payload, "")[0]
        seen[kind][shape] += 1
        payloads[kind, shape] = payload
    commonest = {kind: payloads[kind, shapes.most_common(1)[0][0]] for kind, shapes in seen.items()}
    return {kind: payload for kind, payload in commonest.items() if _NAME.fullmatch(kind) and _can_be(payload)}


def _can_be(payload: dict[str, Any]) -> bool:
    """Whether every member goes by a plain name, and there are not too many."""
    names = [name for value in _inside(payload) if isinstance(value, dict) for name in value]
    return len(list(_inside(payload))) <= _MOST_MEMBERS and all(_NAME.fullmatch(name) for name in names)


def _inside(value: Any) -> list[Any]:
    """Return a value and everything in it."""
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(inner for member in members for inner in _inside(member))]


def _written(value: Any, path: str) -> tuple[str, int]:
    """Return the SQL that writes whatever has this value's shape at a path, and the spaces jsonb has more."""
    if not value or not isinstance(value, dict | list):
        return f"({path})::text", 0
    if isinstance(value, dict):
        begin, end, own = "{", "}", 2 * len(value) - 1
        members = [(f'"{name}":', f"{path} -> '{name}'", value[name]) for name in sorted(value)]
    else:
        begin, end, own = "[", "]", len(value) - 1
        members = [("", f"{path} -> {place}", item) for place, item in enumerate(value)]
    parts: list[str] = []
    spaces = own
    for label, member_path, member in members:
        text, more = _written(member, member_path)
        parts.append(f"'{begin if not parts else ','}{label}' || {text}")
        spaces += more
    return f"({' || '.join(parts)} || '{end}')", spaces
