"""Whether talks about an account may be proposed now, and every reason why not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from collections_app.domain.holds import HoldKind
from collections_app.domain.stages import is_delinquent

# A customer who has clearly declined is left in peace so long: the bank's policy on the rule that whoever
# refuses may not be mediated (People's Mediation Law, article 17).
REST_AFTER_REFUSAL = timedelta(days=30)
# So long compliance has to look into talks that were suspected to be a sham (policy on rules M-16).
REST_AFTER_SUSPICION = timedelta(days=30)

# With these there is nobody to talk to, or nothing for the bank to talk about.
_IN_THE_WAY = {
    HoldKind.DECEASED: "customer_deceased",
    HoldKind.BANKRUPTCY: "in_bankruptcy",
    HoldKind.LITIGATION: "in_court",
    HoldKind.ASSIGNED: "account_assigned",
    HoldKind.FRAUD_CLAIM: "fraud_check_running",
    HoldKind.MINOR_INCAPABLE: "customer_cannot_agree",
    HoldKind.RISK_TO_LIFE: "customer_at_risk",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on: the account, the holds on it, and earlier talks."""

    stage: str
    overdue_fen: int
    closed_in_core: bool
    holds: frozenset[str]
    plan_in_force: bool
    talks_open: bool
    refused_at: datetime | None = None
    sham_suspected_at: datetime | None = None


def problems(facts: Facts, *, now: datetime) -> list[str]:
    """Return the codes of everything in the way of a proposal; an empty list means it may be made."""
    found = []
    if facts.talks_open:
        found.append("talks_open")
    if facts.plan_in_force:
        found.append("plan_in_force")
    if facts.closed_in_core or facts.overdue_fen <= 0 or not is_delinquent(facts.stage):
        found.append("not_overdue")
    found += [code for kind, code in _IN_THE_WAY.items() if kind.value in facts.holds]
    if facts.refused_at is not None and now < facts.refused_at + REST_AFTER_REFUSAL:
        found.append("refused_lately")
    if facts.sham_suspected_at is not None and now < facts.sham_suspected_at + REST_AFTER_SUSPICION:
        found.append("sham_suspected")
    return found
