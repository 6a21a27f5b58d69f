"""Putting a draft of contact rules in force."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.domain.terms import Term
from collections_app.models import Approval, Customer, RulePack
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
        return lines


def _pack_id(approval: Approval) -> int:
    return int(approval.subject.partition(":")[2])
