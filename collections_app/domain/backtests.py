"""Deciding a contact of the past once more, as a draft of the rules would have decided it.

What the record said then (holds, data, the line, what was due) stands as its decision kept it. What the pack says is
worked out anew from the contacts before it, as they turned out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.holds import HoldTable
from collections_app.domain.permits import limits, points
from collections_app.domain.permits.facts import (
    AccountFact,
    Finding,
    LineFact,
    PermitFacts,
    PointFact,
    ReachFact,
    Result,
)
from collections_app.domain.reasons import Reason
from collections_app.domain.rules import ContactFact, Pack

# The checks that a pack decides; each is named in the decisions that were kept.
_PACK_CHECKS = (
    limits.check_rules_known,
    limits.check_quiet_hours,
    limits.check_caps,
    limits.check_intervals,
    points.check_number_age,
    points.check_third_party,
    limits.check_working_days,
)
PACK_CHECK_NAMES = frozenset({"rules", "quiet_hours", "cap", "interval", "number_age", "third_party", "working_day"})


@dataclass(frozen=True, slots=True)
class Past:
    """One contact or refusal of the past, with the decision that was kept of it.

    ``point`` is the number as it is known now; None also where a refusal did not keep which it was.
    """

    at: datetime
    channel: str
    purpose: str
    account_ids: tuple[int, ...]
    kept: Mapping[str, Any]
    point: PointFact | None
    point_known: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the customer's rules are measured by."""

    zone: ZoneInfo | None
    bank_zone: ZoneInfo
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was decided then and what the draft says: reasons, empty when allowed. ``rule`` makes the difference.

    ``known`` is False where the decision of then lacks what a rule of the draft measures.
    """

    before: str
    after: str
    rule: str = ""
    findings: tuple[Finding, ...] = ()
    known: bool = True

    @property
    def differs(self) -> bool:
        """Whether one of the two allows it and the other does not."""
        return self.known and bool(self.before) != bool(self.after)


def replay(past: Past, *, pack: Pack, history: Sequence[ContactFact], around: Surroundings) -> Replayed:
    """Return what a draft says of a contact of the past; ``history`` are the customer's contacts before it."""
    before = str(past.kept.get("reason") or "")
    kept = [item for item in past.kept.get("considered", ()) if item["result"] == Result.REFUSED.value]
    if not past.point_known and any(item.get("inputs", {}).get("scope") == "contact_point" for item in kept):
        return Replayed(before, before, known=False)
    facts = _facts(past, pack, history, around)
    findings: list[Finding] = []
    for check in _PACK_CHECKS:
        found = check(facts)
        findings += [found] if isinstance(found, Finding) else found
    findings = [finding for finding in findings if finding.result is not Result.NOT_APPLICABLE]
    refusing = [finding for finding in findings if finding.result is Result.REFUSED]
    # What somebody refused for good no pack lifts, although the check of third parties is a pack's.
    other = next((item["reason"] for item in kept if _stands(item)), "")
    after = str(other or (refusing[0].reason if refusing else "") or "")
    rule = str((past.kept.get("rule") or {}).get("code", ""))
    if after and not before:
        rule = refusing[0].rule.code
    return Replayed(before, after, rule, tuple(findings))


def _stands(item: Mapping[str, Any]) -> bool:
    """Whether a refusal that was kept holds under every pack."""
    return item["check"] not in PACK_CHECK_NAMES or item["reason"] == Reason.THIRD_REFUSED.value


def _facts(past: Past, pack: Pack, history: Sequence[ContactFact], around: Surroundings) -> PermitFacts:
    asked = bool(past.kept.get("asked_for_in_call"))
    return PermitFacts(
        now=past.at,
        channel=past.channel,
        purpose=past.purpose,
        staff_id=0,
        zone=around.zone,
        bank_zone=around.bank_zone,
        branch_live=True,
        pack=pack,
        data_as_of=_day(past.kept.get("data_as_of")),
        table=HoldTable({}),
        accounts=tuple(AccountFact(each, 0, 0, delinquent=True, data_as_of=None) for each in past.account_ids),
        named_accounts=past.account_ids,
        contacts=tuple(history),
        # What was asked for in a call is exempt from the pack, as it was then.
        line=LineFact(0, "") if asked else None,
        point=past.point,
        point_required=False,
        reach=_reach(past.kept),
        calendar=around.calendar,
        asked_for_in_call=asked,
    )


def _reach(kept: Mapping[str, Any]) -> ReachFact:
    """Return how well the customer could be reached then, as the check of third parties kept it."""
    for item in kept.get("considered", ()):
        if item["check"] == "third_party" and "usable_points" in item.get("inputs", {}):
            return ReachFact(item["inputs"]["usable_points"], item["inputs"]["failures"])
    return ReachFact(1, 0)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
