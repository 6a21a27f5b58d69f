"""A permit decision in words: one sentence for the record, and every rule considered for "why?"."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.domain.permits.decision import Decision
from collections_app.domain.permits.facts import Finding, Result
from collections_app.domain.reasons import Reason
from collections_app.services import decision_words, refusal_texts

RESULTS = {
    Result.PASSED: ("ok", "check", gettext_lazy("passed")),
    Result.REFUSED: ("bad", "x", gettext_lazy("refuses")),
    Result.EXEMPT: ("quiet", "minus", gettext_lazy("exempt")),
    Result.NOT_APPLICABLE: ("quiet", "circle", gettext_lazy("not concerned")),
}
_CALM = frozenset({Reason.NOTHING_DUE, Reason.IN_GRACE})


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
    sentence: str
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
    why = decision_words.explain([finding.as_json()])[0]
    return Considered(
        name=why.name,
        tone=tone,
        icon=icon,
        result=str(result),
        sentence=why.sentence,
        rule=why.rule,
        inputs=why.inputs,
        until=finding.until,
    )
