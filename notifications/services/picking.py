"""Picking what is due: a fair share of every branch's queue, without waiting for anybody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import shuffle
from typing import Any

from django.db import connection

from collections_app.models import Branch, Customer
from notifications.domain.lifecycle import WAITING
from notifications.models import Message
from notifications.selectors import halts
from notifications.services.carriers import Carriers

_MESSAGE, _CUSTOMER = Message._meta.db_table, Customer._meta.db_table
# What was queued before messages had a lane stands in this one.
_NO_LANE = 0
_STATES = tuple(sorted(state.value for state in WAITING))
_PASSES = 3
_ONLY_CODES = " AND m.purpose = 'otp'"


def pick_within(
    *, carriers: Carriers, now: datetime, limit: int, priority_only: bool, codes_only: bool = False
) -> list[tuple[int, int]]:
    """Lock the customers of up to ``limit`` due messages, and return the ids of message and customer.

    Every branch with something due gets its share before any gets more, receipts and codes first. A customer whom
    somebody is writing is left for the next run (SKIP LOCKED), so that two workers pick different ones.
    """
    branches = list(Branch.objects.order_by("pk").values_list("pk", "sms_provider"))
    stopped = halts.without_provider(carriers.halts)
    if ("", None) in stopped:
        return []
    closed = {*carriers.closed(branches), *(branch for kind, branch in stopped if not kind and branch)}
    lanes = [_NO_LANE, *(pk for pk, _ in branches if pk not in closed)]
    stops = _Stops(sorted(closed), stopped, codes_only)
    picked = _fairly(lanes, stops, now, limit, priority=True)
    if not (priority_only or codes_only) and len(picked) < limit:
        picked += _fairly(lanes, stops, now, limit - len(picked), priority=False)
    return picked


@dataclass(frozen=True, slots=True)
class _Stops:
    """The branches nothing leaves, and the kinds that are halted (everywhere: None, or in a branch)."""

    branches: list[int]
    kinds: Sequence[tuple[str, int | None]]
    codes_only: bool

    def sql(self) -> tuple[str, list[Any]]:
        """Return the condition a message must meet, with its parameters."""
        parts = [" AND NOT c.branch_id = ANY(%s)"]
        given: list[Any] = [self.branches]
        if self.codes_only:
            parts.append(_ONLY_CODES)
        for kind, branch in self.kinds:
            if kind and branch is None:
                parts.append(" AND m.kind <> %s")
                given.append(kind)
            elif kind:
                parts.append(" AND NOT (m.kind = %s AND c.branch_id = %s)")
                given += [kind, branch]
        return "".join(parts), given


def _fairly(lanes: list[int], stops: _Stops, now: datetime, limit: int, *, priority: bool) -> list[tuple[int, int]]:
    """Pick by equal shares; what some lanes do not need goes to those that have more, in a pass or two.

    Where there are more lanes than turns, chance says whose come first: no lane always loses.
    """
    picked: list[tuple[int, int]] = []
    hungry = _busy(lanes, now, priority=priority, codes_only=stops.codes_only)
    for _ in range(_PASSES):
        wanted = limit - len(picked)
        if not hungry or wanted <= 0:
            break
        share = -(-wanted // len(hungry))
        shuffle(hungry)
        taken = [message for message, _ in picked]
        got = _share(hungry[:wanted], stops, now, share, priority=priority, besides=taken)
        picked += [(message, customer) for _, message, customer in got]
        counts = Counter(lane for lane, _, _ in got)
        hungry = [lane for lane in hungry[:wanted] if counts[lane] >= share] + hungry[wanted:]
    return picked[:limit]


def _busy(lanes: list[int], now: datetime, *, priority: bool, codes_only: bool) -> list[int]:
    """Return the lanes in which anything is due: one look into the index for each."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT lane FROM unnest(%s::int[]) AS lane WHERE EXISTS (SELECT FROM {_MESSAGE} AS m"
            " WHERE m.lane = lane AND m.priority = %s AND m.due_at <= %s AND m.state IN %s"
            f"{_ONLY_CODES if codes_only else ''})",
            [lanes, priority, now, _STATES],
        )
        return [lane for (lane,) in cursor.fetchall()]


def _share(
    lanes: list[int], stops: _Stops, now: datetime, share: int, *, priority: bool, besides: list[int]
) -> list[tuple[int, int, int]]:
    """Lock the customers of up to ``share`` messages of each lane; return lane, message and customer."""
    allowed, given = stops.sql()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.lane, got.id, got.customer_id FROM unnest(%s::int[]) AS l(lane) CROSS JOIN LATERAL"
            f" (SELECT m.id, m.customer_id FROM {_MESSAGE} AS m JOIN {_CUSTOMER} AS c ON c.id = m.customer_id"
            " WHERE m.lane = l.lane AND m.priority = %s AND m.due_at <= %s AND m.state IN %s"
            f" AND NOT m.id = ANY(%s::bigint[]){allowed}"
            " ORDER BY m.due_at, m.id LIMIT %s FOR NO KEY UPDATE OF c SKIP LOCKED) AS got",
            [lanes, priority, now, _STATES, besides, *given, share],
        )
        return list(cursor.fetchall())
