"""Texts in all their versions: which is in use, which waits for a second person, and how far providers are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from collections_app.domain.approvals import ApprovalState
from collections_app.models import Approval
from notifications.domain.kinds import KINDS
from notifications.models import ProviderTerms, Template, TemplateRegistration
from notifications.selectors.templates import valid_on

LANGUAGES = ("zh-hans", "en")


@dataclass(slots=True)
class Slot:
    """The text of a kind in one form and language: the version in use, and what is to come."""

    kind: str
    variant: str
    language: str
    in_use: Template | None = None
    waiting: list[Template] = field(default_factory=list)
    later: list[Template] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Version:
    """One version as its page shows it: where it stands, and what providers that approve texts said of it."""

    template: Template
    state: str
    request_id: int | None
    registrations: Sequence[TemplateRegistration]


def request_for(template_id: int) -> Approval | None:
    """Return the request that waits for a second person to put a version into use."""
    return Approval.objects.filter(
        kind="template", subject=f"template:{template_id}", state=ApprovalState.PENDING
    ).first()


def _requests(template_ids: Iterable[int]) -> dict[int, int]:
    subjects = {f"template:{each}": each for each in template_ids}
    rows = Approval.objects.filter(kind="template", subject__in=list(subjects), state=ApprovalState.PENDING)
    return {subjects[subject]: pk for subject, pk in rows.values_list("subject", "pk")}


def slots(*, kind: str, language: str, on: date) -> list[Slot]:
    """Return every text there is to have, of one kind and language or of all, in three queries."""
    found = {
        (row.code, variant.value, spoken): Slot(row.code, variant.value, spoken)
        for row in KINDS.values()
        for variant in row.variants
        for spoken in LANGUAGES
        if kind in ("", row.code) and language in ("", spoken)
    }
    for template in valid_on(on).filter(wording=""):
        if slot := found.get(_key(template)):
            slot.in_use = template
    later = Template.objects.filter(active=True, valid_from__gt=on, wording="").order_by("valid_from")
    waiting = Approval.objects.filter(kind="template", state=ApprovalState.PENDING).values_list("subject", flat=True)
    ids = [int(subject.partition(":")[2]) for subject in waiting]
    for template in [*later, *Template.objects.filter(pk__in=ids)]:
        if slot := found.get(_key(template)):
            (slot.later if template.active else slot.waiting).append(template)
    return list(found.values())


def _key(template: Template) -> tuple[str, str, str]:
    return template.kind, template.variant, template.language


def versions(*, kind: str, variant: str, language: str, on: date) -> list[Version]:
    """Return every version of a text, the newest first, in four queries."""
    rows = list(
        Template.objects.filter(kind=kind, variant=variant, language=language)
        .select_related("created_by", "approved_by")
        .order_by("-version")
    )
    in_use: dict[str, Template] = {}
    for row in rows:
        if row.active and _covers(row, on):
            in_use.setdefault(row.wording, row)
    requests = _requests(row.pk for row in rows)
    said: dict[int, list[TemplateRegistration]] = defaultdict(list)
    for each in TemplateRegistration.objects.filter(template__in=rows).select_related("moved_by").order_by("provider"):
        said[each.template_id].append(each)
    found = []
    for row in rows:
        state = _state(row, in_use=in_use.get(row.wording), on=on, requested=row.pk in requests)
        found.append(Version(row, state, requests.get(row.pk), said[row.pk]))
    return found


def _covers(row: Template, on: date) -> bool:
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or row.valid_to >= on)


def _state(row: Template, *, in_use: Template | None, on: date, requested: bool) -> str:
    if row == in_use:
        return "in_use"
    if row.active:
        if row.valid_from and row.valid_from > on:
            return "later"
        return "over" if row.valid_to and row.valid_to < on else "below"
    if requested:
        return "waiting"
    return "replaced" if row.approved_at else "draft"


def approving_providers() -> list[str]:
    """Return the providers that approve each text themselves."""
    return list(
        ProviderTerms.objects.filter(approves_texts=True).order_by("provider").values_list("provider", flat=True)
    )
