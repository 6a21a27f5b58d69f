"""A permit decision in words: one sentence for the record, and every rule considered for "why?"."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.domain.permits.decision import Decision
from collections_app.domain.permits.facts import Finding, Result
from collections_app.domain.reasons import Reason
from collections_app.services import refusal_texts
from collections_app.templatetags.terms import day, term, yuan

CHECKS = {
    "agreement": gettext_lazy("Agreement in force"),
    "branch": gettext_lazy("Branch is live"),
    "cap": gettext_lazy("Number of contacts"),
    "consent": gettext_lazy("Consent"),
    "data": gettext_lazy("Core data are fresh"),
    "due": gettext_lazy("Something is overdue"),
    "hold": gettext_lazy("Holds"),
    "inbound": gettext_lazy("The customer called"),
    "incident": gettext_lazy("No incident"),
    "interval": gettext_lazy("Time since the last contact"),
    "line": gettext_lazy("Nobody else is on the line"),
    "number": gettext_lazy("The number works"),
    "pending": gettext_lazy("No other contact under way"),
    "permission": gettext_lazy("The customer's wishes"),
    "point": gettext_lazy("There is a number"),
    "promise": gettext_lazy("Promise pending"),
    "quiet_hours": gettext_lazy("Hours of contact"),
    "rules": gettext_lazy("Rules in force"),
    "third_party": gettext_lazy("Third party"),
    "working_day": gettext_lazy("Working day"),
}
RESULTS = {
    Result.PASSED: ("ok", "check", gettext_lazy("passed")),
    Result.REFUSED: ("bad", "x", gettext_lazy("refuses")),
    Result.EXEMPT: ("quiet", "minus", gettext_lazy("exempt")),
    Result.NOT_APPLICABLE: ("quiet", "circle", gettext_lazy("not concerned")),
}
BASES = {
    "law": gettext_lazy("law"),
    "industry": gettext_lazy("industry rule"),
    "policy": gettext_lazy("bank policy"),
}
# Inputs that explain a decision to a person; the others stay in the record of the decision.
INPUTS = {
    "as_of": gettext_lazy("data of"),
    "oldest": gettext_lazy("not before"),
    "used": gettext_lazy("used"),
    "count": gettext_lazy("so far"),
    "most": gettext_lazy("at most"),
    "limit": gettext_lazy("at most"),
    "days": gettext_lazy("days"),
    "hold": gettext_lazy("hold"),
    "incident": gettext_lazy("incident no."),
    "from": gettext_lazy("from"),
    "to": gettext_lazy("to"),
    "start": gettext_lazy("from"),
    "end": gettext_lazy("to"),
    "overdue_fen": gettext_lazy("overdue amount"),
    "clock": gettext_lazy("there it is"),
    "minutes": gettext_lazy("minutes"),
    "channel": gettext_lazy("by"),
    "in_force": gettext_lazy("in force, but not for this"),
}
_CALM = frozenset({Reason.NOTHING_DUE, Reason.IN_GRACE})
_DAYS = frozenset({"as_of", "oldest"})


@dataclass(frozen=True, slots=True)
class Banner:
    """The permit of the moment: whether one may collect now, and the sentence that says why not.

    ``calm`` where nothing stands in the way but that there is nothing to collect.
    """

    allowed: bool
    word: str
    text: str
    calm: bool = False


@dataclass(frozen=True, slots=True)
class Considered:
    """One check of a decision in words."""

    name: str
    tone: str
    icon: str
    result: str
    rule: str
    inputs: str
    until: datetime | None


def banner(decision: Decision) -> Banner:
    """Return what the record says of this moment's permit to call about collection."""
    if decision.allowed:
        return Banner(
            True, _("May be called now"), _("All rules of contact are met at this moment; a call asks again.")
        )
    if decision.reason in _CALM:
        return Banner(False, _("Nothing to collect"), refusal_texts.refusal_text(decision), calm=True)
    return Banner(False, _("No collection now"), refusal_texts.refusal_text(decision))


def considered(decision: Decision) -> list[Considered]:
    """Return every rule a decision considered, those that refuse first."""
    order = [Result.REFUSED, Result.PASSED, Result.EXEMPT, Result.NOT_APPLICABLE]
    found = sorted(decision.considered, key=lambda item: order.index(item.result))
    return [_line(item) for item in found]


def _line(finding: Finding) -> Considered:
    tone, icon, result = RESULTS[finding.result]
    rule = ""
    if finding.rule is not None:
        rule = f"{finding.rule.pack} {finding.rule.code} v{finding.rule.version} · {BASES[finding.rule.basis.value]}"
    return Considered(
        name=str(CHECKS.get(finding.check, finding.check)),
        tone=tone,
        icon=icon,
        result=str(result),
        rule=rule,
        inputs=" · ".join(
            _input(name, value)
            for name, value in finding.inputs.items()
            if value not in (None, "", []) and (name in INPUTS or name == "department")
        ),
        until=finding.until,
    )


def _input(name: str, value: Any) -> str:
    label = str(INPUTS.get(name, ""))
    if name.endswith("_fen"):
        return f"{label} {yuan(value)}"
    if name in _DAYS:
        return f"{label} {day(date.fromisoformat(value))}"
    if name == "clock":
        return f"{label} {time.fromisoformat(value).isoformat('minutes')}"
    if name == "hold":
        return f"{label} {term(value, 'holds')}"
    if name == "channel":
        return f"{label} {term(value, 'channels')}"
    if name == "department":
        return term(value, "departments")
    if isinstance(value, list):
        return f"{label} {', '.join(term(str(item), 'holds') for item in value)}"
    return f"{label} {value}"
