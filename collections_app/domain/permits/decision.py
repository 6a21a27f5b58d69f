"""Whether a contact may be made: every check in its order, and the decision that explains itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from collections_app.domain.permits import checks, limits, points
from collections_app.domain.permits.facts import Finding, PermitFacts, Result, instant_text
from collections_app.domain.reasons import Reason
from collections_app.domain.rules import RuleRef

Check = Callable[[PermitFacts], Finding | list[Finding]]

# The first check that refuses names the reason. Lasting obstacles come before passing ones.
CHECKS: tuple[Check, ...] = (
    checks.check_branch,
    # What the bank has stopped for many stands before anything about one customer.
    checks.check_incident,
    limits.check_rules_known,
    checks.check_consent,
    checks.check_holds,
    checks.check_agreement,
    checks.check_promise,
    checks.check_data,
    checks.check_callback,
    checks.check_line,
    limits.check_quiet_hours,
    limits.check_caps,
    limits.check_intervals,
    points.check_point,
    points.check_permission,
    points.check_number,
    points.check_number_age,
    points.check_third_party,
    checks.check_due,
    limits.check_working_days,
    checks.check_pending,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a contact may be made; if not why, by which rule and until when; and all that was considered."""

    allowed: bool
    considered: tuple[Finding, ...]
    accounts: tuple[int, ...] = ()
    data_as_of: date | None = None
    reason: Reason | None = None
    rule: RuleRef | None = None
    until: datetime | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The reason of a refusal, under the name that refusal_texts looks for; empty when allowed."""
        return self.reason.value if self.reason else ""

    @property
    def approval_id(self) -> int | None:
        """The approval without which the contact would not have been allowed."""
        used = (finding.inputs.get("approval") for finding in self.considered)
        return next((approval for approval in used if approval), None)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Every check that refuses, the deciding one first."""
        return tuple(finding for finding in self.considered if finding.result is Result.REFUSED)

    def as_json(self) -> dict[str, Any]:
        """Return the decision as it is kept with the contact or the refusal."""
        return {
            "allowed": self.allowed,
            "reason": self.reason.value if self.reason else None,
            "rule": self.rule.as_json() if self.rule else None,
            "until": instant_text(self.until) if self.until else None,
            "params": dict(self.params),
            "accounts": list(self.accounts),
            "data_as_of": self.data_as_of.isoformat() if self.data_as_of else None,
            **({"approval": self.approval_id} if self.approval_id else {}),
            "considered": [
                finding.as_json() for finding in self.considered if finding.result is not Result.NOT_APPLICABLE
            ],
        }


def decide(facts: PermitFacts) -> Decision:
    """Return the decision on a contact. Every check is made, also after one has refused."""
    accounts = tuple(account.id for account in facts.spoken)
    if facts.inbound:
        return _decide_inbound(facts, accounts)
    considered = tuple(_flat(check(facts) for check in CHECKS))
    return _decision(facts, considered, accounts)


def _decide_inbound(facts: PermitFacts, accounts: tuple[int, ...]) -> Decision:
    """Return the decision on a contact the customer began: only a line that is already busy refuses it."""
    inbound = Finding("inbound", Result.EXEMPT, checks.house_rule("INBOUND"))
    if facts.line is None:
        return _decision(facts, (inbound,), accounts)
    return _decision(facts, (inbound, checks.check_line(facts)), accounts)


def _decision(facts: PermitFacts, considered: tuple[Finding, ...], accounts: tuple[int, ...]) -> Decision:
    first = next((finding for finding in considered if finding.result is Result.REFUSED), None)
    if first is None:
        return Decision(True, considered, accounts, facts.data_as_of)
    params = {**first.inputs, "rule": first.rule.code, "basis": first.rule.basis.value}
    return Decision(False, considered, accounts, facts.data_as_of, first.reason, first.rule, first.until, params)


def _flat(answers: Iterable[Finding | list[Finding]]) -> Iterable[Finding]:
    for answer in answers:
        if isinstance(answer, Finding):
            yield answer
        else:
            yield from answer
