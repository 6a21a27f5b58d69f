"""The checks of a permit that look at the record: branch, holds, data, the line, what is due."""

from collections.abc import Callable
from typing import Any

from collections_app.domain.freshness import freshness
from collections_app.domain.holds import Effect, HoldKind
from collections_app.domain.permits.facts import COLLECTING, Finding, HoldFact, PermitFacts, Result
from collections_app.domain.purposes import NEEDS_FRESH_DATA, Channel, Purpose, closes
from collections_app.domain.reasons import Reason
from collections_app.domain.rules import Basis, RuleRef


def house_rule(code: str, basis: Basis = Basis.POLICY, version: int = 1) -> RuleRef:
    """Return the reference of a rule that is built into OneCase or a row of its code lists, and not in a pack."""
    return RuleRef("HOUSE", version, code, basis)


_REASON_OF_KIND: dict[str, Reason] = {
    HoldKind.AGREEMENT_ACTIVE: Reason.AGREEMENT_ACTIVE,
    HoldKind.PROMISE_PENDING: Reason.PROMISE_PENDING,
    HoldKind.NUMBER_BAD: Reason.NUMBER_BAD,
    HoldKind.CHANNEL_STOP: Reason.OPTED_OUT,
    HoldKind.INCIDENT: Reason.INCIDENT,
    HoldKind.INCIDENT_ALL: Reason.INCIDENT,
}
# The card rule (art. 70) demands it of agreements; everything else in table D is the bank's policy.
_BASIS_OF_KIND: dict[str, Basis] = {HoldKind.AGREEMENT_ACTIVE: Basis.LAW}


def check_branch(facts: PermitFacts) -> Finding:
    """Only a live branch contacts customers on its own account."""
    rule = house_rule("BRANCH-LIVE")
    if facts.customer_caused:
        return Finding("branch", Result.EXEMPT, rule)
    if not facts.branch_live:
        return Finding("branch", Result.REFUSED, rule, reason=Reason.BRANCH_NOT_LIVE)
    return Finding("branch", Result.PASSED, rule)


def check_consent(facts: PermitFacts) -> Finding:
    """Marketing needs a consent that nobody can record: it never gets a permit."""
    rule = house_rule("CN-S1", Basis.LAW)
    if facts.purpose == Purpose.MARKETING:
        return Finding("consent", Result.REFUSED, rule, reason=Reason.NO_CONSENT)
    return Finding("consent", Result.NOT_APPLICABLE, rule)


def _stopping(facts: PermitFacts) -> list[HoldFact]:
    """Return the holds that stop this contact, those on the whole customer first."""
    here = [
        hold
        for hold in facts.holds
        if hold.account_id is None
        and (not hold.channel or hold.channel == facts.channel)
        and closes(hold.message_class, facts.purpose)
        and (hold.contact_point_id is None or (facts.point and hold.contact_point_id == facts.point.id))
        and facts.effect(hold.kind) is not Effect.PASS
    ]
    # What no approval lets through comes first: nobody is sent to ask for what would not help.
    return sorted([*here, *facts.account_stops], key=lambda hold: facts.effect(hold.kind) is Effect.APPROVE)


def _refused_by(check: str, stopping: list[HoldFact], facts: PermitFacts) -> Finding:
    hold = stopping[0]
    kind = str(hold.kind)
    reason = _REASON_OF_KIND.get(kind, Reason.HOLD)
    rule = facts.table.rule(kind)
    effect = facts.table.effect(kind, facts.purpose)
    if effect is Effect.APPROVE:
        reason = Reason.APPROVAL_NEEDED
    elif effect is Effect.VIA:
        reason = Reason.VIA_ONLY
    inputs: dict[str, Any] = {
        "hold": kind,
        "account": hold.account_id,
        "channel": hold.channel,
        "message_class": hold.message_class,
        "incident": hold.incident_id,
    }
    if reason is Reason.APPROVAL_NEEDED:
        inputs["approvable"] = sorted({str(each.kind) for each in stopping})
    if reason is Reason.VIA_ONLY:
        inputs |= {"via": sorted(rule.via), "via_staff": sorted(rule.via_staff)}
    return Finding(
        check,
        Result.REFUSED,
        house_rule(f"HOLD-{kind}", _BASIS_OF_KIND.get(kind, Basis.POLICY), rule.version),
        {name: value for name, value in inputs.items() if value},
        reason,
        hold.until,
    )


def _check_holds(check: str, facts: PermitFacts, concerns: Callable[[str], bool]) -> Finding:
    stopping = [hold for hold in _stopping(facts) if concerns(hold.kind)]
    if stopping:
        return _refused_by(check, stopping, facts)
    in_force = sorted({hold.kind for hold in facts.holds if concerns(hold.kind)})
    if facts.approval is not None and any(facts.approved(kind) for kind in in_force):
        inputs = {"in_force": in_force, "approval": facts.approval.id}
        return Finding(check, Result.PASSED, house_rule("APPROVAL"), inputs)
    if in_force:
        return Finding(check, Result.PASSED, house_rule("HOLDS"), {"in_force": in_force})
    return Finding(check, Result.NOT_APPLICABLE, house_rule("HOLDS"))


_INCIDENTS = frozenset({HoldKind.INCIDENT, HoldKind.INCIDENT_ALL})
_OWN_CHECK = frozenset({HoldKind.AGREEMENT_ACTIVE, HoldKind.PROMISE_PENDING}) | _INCIDENTS


def check_incident(facts: PermitFacts) -> Finding:
    """An incident stops collection of its scope, and notices when whoever began it said so."""
    return _check_holds("incident", facts, lambda kind: kind in _INCIDENTS)


def check_holds(facts: PermitFacts) -> Finding:
    """Every hold but those with a check of their own, by its scope and its effect on this purpose."""
    return _check_holds("hold", facts, lambda kind: kind not in _OWN_CHECK)


def check_agreement(facts: PermitFacts) -> Finding:
    """An agreement in force stops collection of the accounts it names."""
    return _check_holds("agreement", facts, lambda kind: kind == HoldKind.AGREEMENT_ACTIVE)


def check_promise(facts: PermitFacts) -> Finding:
    """A pending promise stops collection of its account until posting has been checked."""
    return _check_holds("promise", facts, lambda kind: kind == HoldKind.PROMISE_PENDING)


def check_data(facts: PermitFacts) -> Finding:
    """Nobody speaks of amounts on a file that is not fresh."""
    rule = house_rule("DATA-FRESH")
    if facts.purpose not in NEEDS_FRESH_DATA:
        return Finding("data", Result.EXEMPT, rule)
    days = [account.data_as_of for account in (facts.spoken or facts.candidates)]
    known = [day for day in days if day is not None]
    as_of = facts.data_as_of if not days else min(known) if len(known) == len(days) else None
    found = freshness(as_of=as_of, now=facts.now, zone=facts.bank_zone)
    inputs = {"as_of": as_of.isoformat() if as_of else None, "oldest": found.oldest.isoformat()}
    if not found.fresh:
        return Finding("data", Result.REFUSED, rule, inputs, Reason.DATA_STALE)
    return Finding("data", Result.PASSED, rule, inputs)


def check_line(facts: PermitFacts) -> Finding:
    """While a colleague speaks with the customer, nobody else contacts them; nobody calls a busy line."""
    rule = house_rule("ON-THE-LINE")
    if facts.customer_caused and facts.channel != Channel.VOICE:
        return Finding("line", Result.EXEMPT, rule)
    if facts.line is None:
        return Finding("line", Result.PASSED, rule)
    inputs = {"staff": facts.line.staff_id, "department": facts.line.department}
    if facts.line.staff_id != facts.staff_id or facts.channel == Channel.VOICE:
        return Finding("line", Result.REFUSED, rule, inputs, Reason.ON_THE_LINE)
    return Finding("line", Result.PASSED, rule, inputs)


def check_callback(facts: PermitFacts) -> Finding:
    """Once an hour was agreed to call back, nobody calls to collect before it: that is what the customer was told."""
    rule = house_rule("CALLBACK-AGREED")
    if facts.callback_at is None or facts.channel != Channel.VOICE or facts.purpose not in COLLECTING:
        return Finding("callback", Result.NOT_APPLICABLE, rule)
    if facts.callback_at > facts.now:
        return Finding("callback", Result.REFUSED, rule, reason=Reason.CALLBACK_AGREED, until=facts.callback_at)
    return Finding("callback", Result.PASSED, rule)


def check_due(facts: PermitFacts) -> Finding:
    """Collection needs an amount that is overdue beyond its days of grace; a due notice needs any amount."""
    rule = house_rule("SOMETHING-DUE")
    if facts.purpose == Purpose.DUE_NOTICE:
        owed = sum(account.owed_fen for account in facts.candidates)
        if owed == 0:
            return Finding("due", Result.REFUSED, rule, {"owed_fen": 0}, Reason.NOTHING_DUE)
        return Finding("due", Result.PASSED, rule, {"owed_fen": owed})
    if facts.purpose not in COLLECTING:
        return Finding("due", Result.NOT_APPLICABLE, rule)
    named = facts.candidates if facts.named_accounts else facts.accounts
    overdue = [account for account in named if account.overdue_fen > 0]
    inputs = {"overdue_fen": sum(account.overdue_fen for account in overdue)}
    if not overdue:
        return Finding("due", Result.REFUSED, rule, inputs, Reason.NOTHING_DUE)
    if not any(account.delinquent for account in overdue):
        return Finding("due", Result.REFUSED, rule, inputs, Reason.IN_GRACE)
    return Finding("due", Result.PASSED, rule, inputs)


def check_pending(facts: PermitFacts) -> Finding:
    """While another contact is reserved and on its way, a second one waits."""
    rule = house_rule("ONE-AT-A-TIME")
    if facts.customer_caused:
        return Finding("pending", Result.EXEMPT, rule)
    pending = [
        contact.pending_until
        for contact in facts.contacts
        if contact.counted and contact.pending_until is not None and contact.pending_until > facts.now
    ]
    if pending:
        return Finding("pending", Result.REFUSED, rule, {"pending": len(pending)}, Reason.PENDING, max(pending))
    return Finding("pending", Result.PASSED, rule)
