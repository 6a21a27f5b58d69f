"""The checks of a permit that look at the number or address: kind, permission, quality, whose it is."""

from datetime import timedelta
from typing import Any

from collections_app.domain.contact_points import PARTIES
from collections_app.domain.holds import Effect, HoldKind
from collections_app.domain.people import rests_on_role
from collections_app.domain.permits.checks import house_rule
from collections_app.domain.permits.facts import Finding, PermitFacts, Result
from collections_app.domain.purposes import Channel, Purpose
from collections_app.domain.reasons import Reason
from collections_app.domain.rules import Basis, NumberCheckedRule, ThirdPartyRule, applies

_PHONES = frozenset({"mobile", "landline_home", "landline_work", "representative"})
_ADDRESSES = frozenset({"address_home", "address_registered", "address_work", "address_court", "representative"})
KINDS_OF_CHANNEL: dict[Channel, frozenset[str]] = {
    Channel.SMS: frozenset({"mobile", "representative"}),
    Channel.VOICE: _PHONES,
    Channel.EMAIL: frozenset({"email", "representative"}),
    Channel.LETTER: _ADDRESSES,
    Channel.VISIT: _ADDRESSES,
    Channel.APP: frozenset({"app_push", "wechat"}),
}

# What a permission refuses on a channel is what these holds would stop.
_PERMISSIONS: dict[str, tuple[frozenset[Channel], HoldKind, Reason]] = {
    "no_calls": (frozenset({Channel.VOICE}), HoldKind.CHANNEL_STOP, Reason.OPTED_OUT),
    "no_sms": (frozenset({Channel.SMS}), HoldKind.CHANNEL_STOP, Reason.OPTED_OUT),
    "refused": (frozenset(Channel), HoldKind.CHANNEL_STOP, Reason.OPTED_OUT),
    "only_service": (frozenset(Channel), HoldKind.COMPLAINT_CONDUCT, Reason.SERVICE_ONLY),
    # Outside the hours agreed, and always while these are not on record: nobody could keep to them.
    "hours": (frozenset(Channel), HoldKind.CHANNEL_STOP, Reason.AGREED_HOURS),
    "rep_only": (frozenset(Channel), HoldKind.REPRESENTED, Reason.REPRESENTATIVE_ONLY),
}


def check_point(facts: PermitFacts) -> Finding:
    """A contact needs a number or address of the kind its channel uses; the app needs none."""
    rule = house_rule("CONTACT-POINT")
    if facts.point is None:
        if facts.point_required and facts.channel != Channel.APP:
            return Finding("point", Result.REFUSED, rule, reason=Reason.NO_CONTACT_POINT)
        return Finding("point", Result.NOT_APPLICABLE, rule)
    inputs = {"kind": facts.point.kind, "channel": facts.channel}
    if facts.point.kind not in KINDS_OF_CHANNEL[Channel(facts.channel)]:
        return Finding("point", Result.REFUSED, rule, inputs, Reason.CHANNEL_MISMATCH)
    return Finding("point", Result.PASSED, rule, inputs)


def check_permission(facts: PermitFacts) -> Finding:
    """What the person behind the number has allowed; what must be told by law passes."""
    rule = house_rule("PERMISSION", Basis.LAW)
    if facts.point is None or facts.point.permission == "ok":
        return Finding("permission", Result.NOT_APPLICABLE, rule)
    inputs: dict[str, Any] = {"permission": facts.point.permission}
    channels, like, reason = _PERMISSIONS[facts.point.permission]
    if facts.in_own_call and facts.point.permission == "hours":
        return Finding("permission", Result.EXEMPT, rule, inputs)
    if facts.point.permission == "hours" and facts.point.hours is not None and facts.zone is not None:
        begins, ends = facts.point.hours
        inputs |= {"from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"}
        if begins <= facts.now.astimezone(facts.zone).time() < ends:
            return Finding("permission", Result.PASSED, rule, inputs)
    if facts.channel in channels and facts.table.effect(like, facts.purpose) is not Effect.PASS:
        return Finding("permission", Result.REFUSED, rule, inputs, reason)
    return Finding("permission", Result.PASSED, rule, inputs)


def check_number(facts: PermitFacts) -> Finding:
    """A number known to be bad, on this record or any other, is not used for anything."""
    rule = house_rule("NUMBER-BAD")
    if facts.point is None:
        return Finding("number", Result.NOT_APPLICABLE, rule)
    if facts.point.silenced:
        return Finding("number", Result.REFUSED, rule, reason=Reason.NUMBER_BAD)
    return Finding("number", Result.PASSED, rule)


def check_number_age(facts: PermitFacts) -> list[Finding]:
    """Return one finding per rule that lets a number be used only so long after it was verified."""
    found = []
    for rule in facts.pack.rules if facts.pack and facts.point else ():
        if not isinstance(rule, NumberCheckedRule) or not applies(rule, facts.channel):
            continue
        if facts.customer_caused:
            found.append(Finding("number_age", Result.EXEMPT, rule.ref))
            continue
        verified = facts.point.verified_at if facts.point else None
        inputs = {"verified": verified.date().isoformat() if verified else None, "days": rule.days}
        if verified is None or verified + timedelta(days=rule.days) <= facts.now:
            found.append(Finding("number_age", Result.REFUSED, rule.ref, inputs, Reason.NUMBER_UNCHECKED))
        else:
            found.append(Finding("number_age", Result.PASSED, rule.ref, inputs))
    return found


def check_third_party(facts: PermitFacts) -> Finding:
    """Who is no party to the debt learns nothing of it, and is asked only as a rule of the pack allows.

    Without such a rule nobody is asked. Whoever refused once is never asked again, on whatever record.
    """
    house = house_rule("THIRD-PARTY", Basis.INDUSTRY)
    if facts.point is None or facts.point.relation in PARTIES:
        return Finding("third_party", Result.NOT_APPLICABLE, house)
    inputs: dict[str, Any] = {"relation": facts.point.relation}
    rules = [rule for rule in (facts.pack.rules if facts.pack else ()) if isinstance(rule, ThirdPartyRule)]
    rule = next((rule for rule in rules if applies(rule, facts.channel)), None)
    if facts.point.refused:
        return Finding("third_party", Result.REFUSED, rule.ref if rule else house, inputs, Reason.THIRD_REFUSED)
    if rule is None or facts.point.ended:
        # Who had a role and has it no more is not asked to pass on anything either.
        never = rule.ref if rule and rule.never else house
        return Finding("third_party", Result.REFUSED, never, inputs, Reason.THIRD_PARTY)
    # Kept also where nobody is asked: a draft that lets them be asked is tested on it.
    inputs |= {"usable_points": facts.reach.usable_points, "failures": facts.reach.failures_in_a_row}
    if rule.never:
        return Finding("third_party", Result.REFUSED, rule.ref, inputs, Reason.THIRD_PARTY)
    inputs["needed"] = rule.failures
    lost = facts.reach.usable_points == 0 or facts.reach.failures_in_a_row >= rule.failures
    # What was typed beside a number is no proof: a household debt needs its document, who pays the debtor's consent.
    related = facts.point.relation in rule.related and rests_on_role(facts.point.relation, facts.point.role)
    if facts.point.relation in rule.related and not related:
        inputs["role"] = "none"
    if facts.purpose == Purpose.THIRD_PARTY and (lost or related):
        return Finding("third_party", Result.PASSED, rule.ref, inputs)
    return Finding("third_party", Result.REFUSED, rule.ref, inputs, Reason.THIRD_PARTY)
