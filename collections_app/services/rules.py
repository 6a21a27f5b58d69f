"""Rule packs: a change is a new version, which somebody else puts in force. No active version is ever edited."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from collections_app.models import Rule, RulePack
from collections_app.selectors.rules import read_pack
from collections_app.selectors.zones import bank_zone
from collections_app.services import records
from collections_app.services.errors import RefusedError

ACTION = "rules.write"


@transaction.atomic(durable=True)
def draft(*, pack_id: int, actor: records.Actor, now: datetime) -> RulePack:
    """Copy a version of a pack, with its rules, as a draft under the next number, to take effect today.

    Raise RefusedError when a draft of the pack exists already, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action=ACTION)
    source, versions = _locked(pack_id)
    if any(is_draft(row, versions) for row in versions):
        raise RefusedError("rules_draft_exists", pack=source.code)
    pack = RulePack.objects.create(
        code=source.code,
        version=max(row.version for row in versions) + 1,
        effective_from=now.astimezone(bank_zone()).date(),
        name_zh=source.name_zh,
        name_en=source.name_en,
        written_by=actor.staff,
    )
    Rule.objects.bulk_create(
        Rule(
            pack=pack,
            code=rule.code,
            kind=rule.kind,
            channels=rule.channels,
            parameters=rule.parameters,
            basis=rule.basis,
            source=rule.source,
            verified=rule.verified,
        )
        for rule in source.rules.order_by("id")
    )
    return pack


@transaction.atomic(durable=True)
def change(
    *,
    rule_id: int,
    parameters: Mapping[str, Any],
    actor: records.Actor,
    source: str = "",
    verified: bool | None = None,
) -> Rule:
    """Set the hours or limits of a rule in a draft, where they come from, and whether counsel has verified them.

    Raise RefusedError when it is no draft or makes no sense.
    """
    records.check_may(actor=actor, action=ACTION)
    pack = _draft_to_change(Rule.objects.filter(id=rule_id).values_list("pack_id", flat=True).first() or 0)
    rule = Rule.objects.get(id=rule_id)
    rule.parameters = dict(parameters)
    _check_readable(pack, [rule])
    rule.source = source.strip() or rule.source
    rule.verified = rule.verified if verified is None else verified
    rule.save(update_fields=["parameters", "source", "verified"])
    _note_author(pack, actor)
    return rule


@transaction.atomic(durable=True)
def add(
    *,
    pack_id: int,
    code: str,
    kind: str,
    channels: Sequence[str],
    parameters: Mapping[str, Any],
    basis: str,
    source: str,
    verified: bool,
    actor: records.Actor,
) -> Rule:
    """Add a rule to a draft, or raise RefusedError when it is no draft, has that code, or the rule makes no sense."""
    records.check_may(actor=actor, action=ACTION)
    pack = _draft_to_change(pack_id)
    if pack.rules.filter(code=code).exists():
        raise RefusedError("rule_code_taken", rule=code)
    rule = Rule(
        pack=pack,
        code=code,
        kind=kind,
        channels=list(channels),
        parameters=dict(parameters),
        basis=basis,
        source=source.strip(),
        verified=verified,
    )
    if not rule.source:
        raise RefusedError("rule_without_source", rule=code)
    _check_readable(pack, [rule])
    rule.save(force_insert=True)
    _note_author(pack, actor)
    return rule


@transaction.atomic(durable=True)
def leave_out(*, rule_id: int, actor: records.Actor) -> None:
    """Take a rule out of a draft; the versions before keep theirs. Raise RefusedError when it is of no draft."""
    records.check_may(actor=actor, action=ACTION)
    pack = _draft_to_change(Rule.objects.filter(id=rule_id).values_list("pack_id", flat=True).first() or 0)
    Rule.objects.filter(id=rule_id).delete()
    _note_author(pack, actor)


def check_draft(*, pack_id: int) -> RulePack:
    """Return a draft that can be read. Raise RefusedError when it is none, or makes no sense."""
    pack = _draft_to_change(pack_id)
    _check_readable(pack, list(pack.rules.order_by("id")))
    return pack


def check_activable(*, pack_id: int, now: datetime) -> None:
    """Raise RefusedError when a version is no draft, is not yet in effect, or cannot be read."""
    _check_activable(*_locked(pack_id), now)


@transaction.atomic(durable=True)
def check_may_ask(*, pack_id: int, actor: records.Actor, now: datetime) -> None:
    """Raise what ``check_activable`` raises, and NotAllowedError when the role may not ask."""
    records.check_may(actor=actor, action=ACTION)
    check_activable(pack_id=pack_id, now=now)


def activate_within(*, pack_id: int, actor: records.Actor, now: datetime) -> RulePack:
    """Put a draft in force in place of the version before; every permit from now on goes by it.

    What follows from an approval (see ``approval_kinds/rule_pack.py``), in its transaction. Raise RefusedError when
    the draft is no draft, not yet in effect, cannot be read, or is the actor's own work.
    """
    pack, versions = _locked(pack_id)
    _check_activable(pack, versions, now)
    if actor.staff is not None and pack.written_by_id == actor.staff.id:
        raise RefusedError("own_work")
    RulePack.objects.filter(code=pack.code, active=True).update(active=False)
    pack.active, pack.activated_by, pack.activated_at = True, actor.staff, now
    pack.save(update_fields=["active", "activated_by", "activated_at"])
    return pack


def digest(*, pack_id: int) -> str:
    """Return a hash of a version's rules: what was asked for is what is put in force, or nothing is."""
    columns = ("code", "kind", "channels", "parameters", "basis", "source", "verified")
    rows = Rule.objects.filter(pack=pack_id).order_by("code").values_list(*columns)
    return sha256(json.dumps(list(rows), sort_keys=True).encode()).hexdigest()


def differences(*, pack: RulePack) -> list[tuple[str, str]]:
    """Return the rules of a version that differ from the one in force: code, and "before → after" or either alone."""
    active = RulePack.objects.filter(code=pack.code, active=True).exclude(id=pack.id).first()
    before = _parameters(active) if active else {}
    after = _parameters(pack)
    changed = [code for code in sorted({*before, *after}) if before.get(code) != after.get(code)]
    return [(code, f"{before.get(code, '—')} → {after.get(code, '—')}") for code in changed]


def _parameters(pack: RulePack) -> dict[str, str]:
    rows = Rule.objects.filter(pack=pack).values_list("code", "parameters")
    return {code: "，".join(f"{name} {value}" for name, value in parameters.items()) for code, parameters in rows}


def is_draft(pack: RulePack, versions: list[RulePack]) -> bool:
    """Return whether a version is newer than the one in force: older ones explain decisions and stay as they are."""
    in_force = max((row.version for row in versions if row.active), default=0)
    return not pack.active and pack.version > in_force


def _draft_to_change(pack_id: int) -> RulePack:
    pack, versions = _locked(pack_id)
    if not is_draft(pack, versions):
        raise RefusedError("rules_no_draft", pack=pack.code)
    return pack


def _note_author(pack: RulePack, actor: records.Actor) -> None:
    # Whoever changed it last may not put it in force.
    pack.written_by = actor.staff
    pack.save(update_fields=["written_by"])


def _locked(pack_id: int) -> tuple[RulePack, list[RulePack]]:
    """Lock every version of a pack, the oldest first, and return the named one and all of them."""
    code = RulePack.objects.filter(id=pack_id).values_list("code", flat=True).first()
    versions = list(RulePack.objects.select_for_update().filter(code=code or "").order_by("version"))
    pack = next((row for row in versions if row.id == pack_id), None)
    if pack is None:
        raise RefusedError("no_such_rules")
    return pack, versions


def _check_activable(pack: RulePack, versions: list[RulePack], now: datetime) -> None:
    if not is_draft(pack, versions):
        raise RefusedError("rules_no_draft", pack=pack.code)
    if pack.effective_from > now.astimezone(bank_zone()).date():
        # Active and not in effect would leave the branch without rules, and nobody would be contacted.
        raise RefusedError("rules_not_in_effect", pack=pack.code)
    _check_readable(pack, list(pack.rules.order_by("id")))


def _check_readable(pack: RulePack, rules: list[Rule]) -> None:
    try:
        read_pack(pack, rules)
    except ValueError as error:
        raise RefusedError("rule_unreadable", rule=", ".join(rule.code for rule in rules)) from error
