"""The checks of a permit that come from the rule pack: hours, days off, caps and intervals."""

from datetime import UTC, datetime, time

from collections_app.domain.permits.checks import house_rule
from collections_app.domain.permits.facts import Finding, PermitFacts, Result
from collections_app.domain.purposes import CAP_EXEMPT
from collections_app.domain.reasons import Reason
from collections_app.domain.rules import CapRule, IntervalRule, QuietRule, Target, applies, read_cap, read_interval


def check_rules_known(facts: PermitFacts) -> Finding:
    """Without rules in force, or without knowing what time it is there, nobody is contacted."""
    rule = house_rule("RULES-KNOWN")
    if facts.customer_caused:
        return Finding("rules", Result.EXEMPT, rule)
    if facts.pack is None:
        return Finding("rules", Result.REFUSED, rule, reason=Reason.RULES_MISSING)
    if facts.zone is None:
        return Finding("rules", Result.REFUSED, rule, reason=Reason.ZONE_UNKNOWN)
    return Finding("rules", Result.PASSED, rule, {"pack": facts.pack.code, "version": facts.pack.version})


def check_quiet_hours(facts: PermitFacts) -> list[Finding]:
    """Return one finding per rule of silent hours that speaks of this channel."""
    found = []
    for rule in facts.pack.rules if facts.pack else ():
        if not isinstance(rule, QuietRule) or rule.hours is None or not applies(rule, facts.channel):
            continue
        if facts.customer_caused or facts.zone is None:
            found.append(Finding("quiet_hours", Result.EXEMPT, rule.ref))
            continue
        zones = [facts.zone, *(facts.point.zones if rule.every_zone and facts.point else ())]
        inputs = {
            "from": rule.hours.begins.isoformat("minutes"),
            "to": rule.hours.ends.isoformat("minutes"),
            "zone": ", ".join(dict.fromkeys(zone.key for zone in zones)),
            "clock": ", ".join(dict.fromkeys(facts.now.astimezone(zone).time().isoformat("seconds") for zone in zones)),
        }
        until = rule.hours.until_everywhere(now=facts.now, zones=zones)
        if until is None:
            found.append(Finding("quiet_hours", Result.PASSED, rule.ref, inputs))
        else:
            found.append(Finding("quiet_hours", Result.REFUSED, rule.ref, inputs, Reason.QUIET_HOURS, until))
    return found


def check_working_days(facts: PermitFacts) -> list[Finding]:
    """Return one finding per rule that lets this channel out on working days only."""
    found = []
    for rule in facts.pack.rules if facts.pack else ():
        if not isinstance(rule, QuietRule) or not rule.working_days_only or not applies(rule, facts.channel):
            continue
        if facts.customer_caused or facts.zone is None:
            found.append(Finding("working_day", Result.EXEMPT, rule.ref))
            continue
        today = facts.now.astimezone(facts.zone).date()
        works, inputs = facts.calendar.works(today), {"day": today.isoformat()}
        if works is None:
            found.append(Finding("working_day", Result.REFUSED, rule.ref, inputs, Reason.CALENDAR_UNKNOWN))
        elif works:
            found.append(Finding("working_day", Result.PASSED, rule.ref, inputs))
        else:
            day = facts.calendar.next_working_day(today)
            until = datetime.combine(day, time.min, tzinfo=facts.zone).astimezone(UTC) if day else None
            found.append(Finding("working_day", Result.REFUSED, rule.ref, inputs, Reason.DAY_OFF, until))
    return found


def _target(facts: PermitFacts) -> Target:
    accounts = facts.spoken or facts.candidates or facts.accounts
    return Target(facts.point.id if facts.point else None, tuple(account.id for account in accounts))


def check_caps(facts: PermitFacts) -> list[Finding]:
    """Return one finding per cap that speaks of this channel."""
    return _check_budget("cap", CapRule, facts)


def check_intervals(facts: PermitFacts) -> list[Finding]:
    """Return one finding per interval that speaks of this channel."""
    return _check_budget("interval", IntervalRule, facts)


def _check_budget(check: str, kind: type[CapRule] | type[IntervalRule], facts: PermitFacts) -> list[Finding]:
    found = []
    for rule in facts.pack.rules if facts.pack else ():
        if not isinstance(rule, kind) or not applies(rule, facts.channel):
            continue
        if isinstance(rule, CapRule) and rule.purposes and facts.purpose not in rule.purposes:
            continue
        # A correction has a cap class of its own, so that no cap can block the truth.
        if facts.customer_caused or facts.purpose in CAP_EXEMPT or facts.zone is None:
            found.append(Finding(check, Result.EXEMPT, rule.ref))
            continue
        contacts, target, now, zone = facts.contacts, _target(facts), facts.now, facts.zone
        if isinstance(rule, CapRule):
            reading, reason = read_cap(rule, contacts=contacts, target=target, now=now, zone=zone), Reason.CAP_REACHED
        else:
            reading, reason = read_interval(rule, contacts=contacts, target=target, now=now, zone=zone), Reason.INTERVAL
        inputs = {**reading.inputs, "scope": rule.scope.value, "channel": facts.channel}
        if reading.refused:
            found.append(Finding(check, Result.REFUSED, rule.ref, inputs, reason, reading.until))
        else:
            found.append(Finding(check, Result.PASSED, rule.ref, inputs))
    return found
