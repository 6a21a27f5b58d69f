"""Wordings proposed by a machine: drafts and nothing more, under the same lint and the same approval as any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from collections_app.models import Staff
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.domain import drafting
from notifications.gateways import drafting as machine
from notifications.models import Template
from notifications.services import templates
from notifications.services.text_checks import Checked, checked_words


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wording with all that was found in it; ``version`` is its draft, or None when it may not be used."""

    body: str
    found: Checked
    version: Template | None


def is_offered() -> bool:
    """Return whether a machine is configured; without one there is nothing of this on any page."""
    return machine.is_configured()


def propose(*, kind: str, variant: str, language: str, by: Staff, now: datetime) -> Sequence[Proposal]:
    """Ask the machine for wordings, keep those that pass the lint as its drafts, and return all of them.

    It is told the kind, the form, the language and the rules, and nothing of any customer. Not atomic: it is asked
    outside any transaction. Raise NotAllowedError when the person may not, RefusedError when there is no machine or
    it gives no wordings.
    """
    if not by.may(templates.WRITE):
        raise NotAllowedError("not_allowed", action=templates.WRITE)
    if not is_offered():
        raise RefusedError("drafting_absent")
    try:
        answer = machine.ask(drafting.question(kind=kind, variant=variant, language=language))
    except machine.DraftingError as error:
        raise RefusedError(error.code) from error
    found = drafting.wordings(answer)
    if not found:
        raise RefusedError("drafting_unreadable")
    return [_kept(kind, variant, language, body, by, now) for body in found]


def _kept(kind: str, variant: str, language: str, body: str, by: Staff, now: datetime) -> Proposal:
    looked = checked_words(kind=kind, variant=variant, language=language, body=body)
    if looked.blocks:
        return Proposal(body, looked, None)
    same = Template.objects.filter(kind=kind, variant=variant, language=language, body=body).first()
    version = same or templates.write(
        kind=kind,
        variant=variant,
        language=language,
        body=body,
        by=by,
        now=now,
        drafted_by=settings.DRAFTING_MODEL[:60],
    )
    return Proposal(body, looked, version)
