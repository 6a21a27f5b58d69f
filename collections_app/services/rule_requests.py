"""Asking for a draft of contact rules to be put in force, with what a test of it found."""

from datetime import datetime

from collections_app.models import Approval, RulePack
from collections_app.services import approvals, backtests, records, rules
from collections_app.services.errors import RefusedError


def ask_in_force(*, pack_id: int, reason: str, actor: records.Actor, now: datetime) -> Approval:
    """Ask a second person to put a draft in force as it is now; the test of it goes with the request.

    Raise RefusedError when it could not be put in force, or has not been tested as it is now.
    """
    rules.check_may_ask(pack_id=pack_id, actor=actor, now=now)
    pack = RulePack.objects.filter(id=pack_id).first()
    if pack is None:
        raise RefusedError("no_such_rules")
    test = backtests.check_tested(pack=pack)
    return approvals.ask(
        kind="rule_pack",
        subject=f"rule_pack:{pack_id}",
        reason=reason,
        actor=actor,
        now=now,
        payload={"digest": test.digest, "backtest": test.pk},
    )
