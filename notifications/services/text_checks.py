"""What there is to say of a text: its findings in words and in place, its length with the longest values, its price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.domain.opt_out import OptOut
from notifications.domain.template_lint import Counted, Finding, Real, counted, findings
from notifications.models import Template
from notifications.selectors import costs, longest
from notifications.selectors.templates import opt_out_for

# So many signs are shown on either side of what was found.
_AROUND = 8


@dataclass(frozen=True, slots=True)
class Place:
    """A finding, with what stands there and around it; three empty texts where something is missing."""

    finding: Finding
    before: str
    found: str
    after: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A text with everything found in it, and how it reads with the longest values."""

    places: Sequence[Place]
    counted: Counted

    @property
    def blocks(self) -> bool:
        """Whether it may not be used as it is."""
        return any(place.finding.blocks for place in self.places)


def checked(template: Template, *, real: Real, opt_out: OptOut) -> Checked:
    """Return what there is to say of a version; it need not be stored."""
    body = template.body.strip()
    found = findings(
        kind=template.kind,
        variant=template.variant,
        body=body,
        language=template.language,
        real=real,
        opt_out=opt_out,
    )
    places = [_place(item, body) for item in found]
    return Checked(places, counted(body, real, language=template.language))


def checked_words(*, kind: str, variant: str, language: str, body: str) -> Checked:
    """Return what there is to say of words that somebody is typing."""
    words = Template(kind=kind, variant=variant, language=language, body=body)
    return checked(words, real=longest.longest_values(), opt_out=opt_out_for(language))


def cost(*, kind: str, language: str, found: Checked, now: datetime) -> costs.Estimate:
    """Return what a month of the text costs when every message is as long as can be."""
    return costs.estimate(kind=kind, language=language, parts=found.counted.parts, now=now)


def _place(item: Finding, body: str) -> Place:
    if item.start == item.end:
        return Place(item, "", "", "")
    return Place(
        item,
        body[max(item.start - _AROUND, 0) : item.start],
        body[item.start : item.end],
        body[item.end : item.end + _AROUND],
    )
