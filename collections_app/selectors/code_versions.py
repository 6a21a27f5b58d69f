"""What rows of code lists stated in the past."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from collections_app.domain.codes import CodeBook
from collections_app.domain.holds import Effect, HoldRule, effect_of
from collections_app.domain.purposes import Purpose
from collections_app.models import CodeVersion


@dataclass(frozen=True, slots=True)
class Stop:
    """A kind of hold that stopped contacts of a purpose, from one moment to another (None: always, still)."""

    kind: str
    purpose: str
    since: datetime | None
    until: datetime | None
    via: list[str]
    via_staff: list[str]


def stops(book: CodeBook) -> list[Stop]:
    """Return what every kind of hold has stopped, version by version, in one query."""
    found = []
    history: dict[str, list[tuple[datetime | None, HoldRule]]] = {}
    rows = CodeVersion.objects.filter(list_name="holds").order_by("code", "version")
    for kind, values, since in rows.values_list("code", "values", "since"):
        now = book.holds.get(kind)
        if now is None:
            continue
        known = history.setdefault(kind, [])
        known.append((since if known else None, _as_it_was(now, values["data"])))
    for kind, rule in book.holds.items():
        known = history.get(kind) or [(None, rule)]
        ends: list[datetime | None] = [*(since for since, _ in known[1:]), None]
        for (begins, version), until in zip(known, ends, strict=True):
            found += [
                _stop(kind, purpose, version, begins, until)
                for purpose in Purpose
                if effect_of(version, purpose) is not Effect.PASS
            ]
    return found


def _stop(kind: str, purpose: Purpose, rule: HoldRule, since: datetime | None, until: datetime | None) -> Stop:
    via = effect_of(rule, purpose) is Effect.VIA
    return Stop(
        kind, purpose.value, since, until, sorted(rule.via) if via else [], sorted(rule.via_staff) if via else []
    )


def _as_it_was(rule: HoldRule, data: dict[str, Any]) -> HoldRule:
    return replace(
        rule,
        collect=Effect(data["collect"]),
        notice=Effect(data["notice"]),
        statutory=Effect(data["statutory"]),
        receipt=Effect(data["receipt"]),
        via=frozenset(data.get("via") or ()),
        via_staff=frozenset(data.get("via_staff") or ()),
    )
