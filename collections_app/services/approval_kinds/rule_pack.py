"""Putting a draft of contact rules in force."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, Backtest, Customer, RulePack
from collections_app.selectors.zones import bank_zone
from collections_app.services import records, rules
from collections_app.services.approval_kinds.base import ApprovalKind, Line
from collections_app.services.errors import RefusedError


class RulePackKind(ApprovalKind):
    """``subject`` is ``rule_pack:<id>``."""

    term = Term("rule_pack", "联系规则生效", "Contact rules into force")
    ask_action = rules.ACTION
    decide_action = rules.ACTION

    def check(self, *, approval: Approval, now: datetime) -> None:
        """Refuse when the draft has changed since it was asked for, or cannot take effect."""
        rules.check_activable(pack_id=_pack_id(approval), now=now)
        if approval.payload.get("digest") not in {None, rules.digest(pack_id=_pack_id(approval))}:
            raise RefusedError("approval_changed_since")

    def apply(self, *, approval: Approval, customer: Customer | None, actor: records.Actor, now: datetime) -> None:
        """Put the draft in force."""
        rules.activate_within(pack_id=_pack_id(approval), actor=actor, now=now)

    def describe(self, approval: Approval) -> list[Line]:
        """Say which pack, and each rule that differs from the version in force."""
        pack = RulePack.objects.filter(id=_pack_id(approval)).first()
        if pack is None:
            return []
        name = pack.name_zh if (get_language() or "zh").startswith("zh") else pack.name_en
        lines = [Line(_("Rules"), f"{name} · {pack.code} {pack.version}")]
        lines += [Line(code, change) for code, change in rules.differences(pack=pack)]
        test = Backtest.objects.filter(id=approval.payload.get("backtest")).first()
        return lines + (tested_lines(test) if test else [])


def tested_lines(test: Backtest) -> list[Line]:
    """Return what a test of a draft found, in the language of the moment."""
    days = f"{_day(test.since)} – {_day(test.until)}"
    lines = [
        Line(_("Tested on"), _("%(count)s contacts and refusals, %(days)s") % {"count": test.total, "days": days}),
        Line(_("Would have refused"), _by_rule(test.counts.get("refused", {}))),
        Line(_("Would have allowed"), _by_rule(test.counts.get("allowed", {}))),
    ]
    if unknown := test.counts.get("unknown", 0):
        lines.append(Line(_("Cannot be told"), str(unknown)))
    return lines


def _by_rule(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    each = ", ".join(f"{code} {count}" for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return f"{total} ({each})" if each else str(total)


def _day(instant: datetime) -> str:
    return instant.astimezone(bank_zone()).date().isoformat()


def _pack_id(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])
