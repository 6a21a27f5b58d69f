"""Texts: loading the bank's starting set, writing a new version, approving it."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from difflib import SequenceMatcher
from pathlib import Path

from django.db import transaction
from django.utils.translation import get_language

from collections_app.models import Approval, Staff
from collections_app.services import approvals
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from notifications.domain.opt_out import OptOut
from notifications.domain.template_lint import PROBLEMS, problems
from notifications.models import ReminderRule, Template
from notifications.selectors.templates import opt_out_for
from notifications.selectors.text_versions import request_for
from notifications.services import provider_codes

WRITE, APPROVE = "template.write", "template.approve"
# A text that shares so much with a machine's draft is the machine's wording, whoever typed it.
ALIKE = 0.6
_SEED = Path(__file__).resolve().parent.parent / "reference"


@transaction.atomic(durable=True)
def load_seed(*, now: datetime) -> tuple[int, int]:
    """Load the starting texts and reminder rules where there are none, and return how many of each are new.

    What an administrator has changed since is never overwritten.
    """
    existing = set(Template.objects.values_list("kind", "variant", "language"))
    texts = json.loads((_SEED / "templates.json").read_text(encoding="utf-8"))
    rows = []
    for item in texts:
        for language in ("zh-hans", "en"):
            if (item["kind"], item["variant"], language) in existing:
                continue
            check(kind=item["kind"], variant=item["variant"], body=item[language])
            rows.append(
                Template(
                    kind=item["kind"],
                    variant=item["variant"],
                    language=language,
                    version=1,
                    body=item[language],
                    active=True,
                    created_at=now,
                    approved_at=now,
                )
            )
    Template.objects.bulk_create(rows)
    rules = json.loads((_SEED / "reminder_rules.json").read_text(encoding="utf-8"))
    known = set(ReminderRule.objects.values_list("kind", flat=True))
    new = [rule for rule in rules if rule["kind"] not in known]
    provider_codes.load()
    ReminderRule.objects.bulk_create(
        ReminderRule(kind=rule["kind"], days=rule["days"], at=time.fromisoformat(rule["at"])) for rule in new
    )
    return len(rows), len(new)


def check(*, kind: str, variant: str, body: str, language: str = "", opt_out: OptOut | None = None) -> None:
    """Refuse a text that may not go to customers. Raise RefusedError with the codes of what is wrong."""
    found = problems(kind=kind, variant=variant, body=body, language=language, opt_out=opt_out)
    if found:
        spoken = get_language() or "zh"
        words = "；".join(PROBLEMS[code].text(spoken) for code in found)
        raise RefusedError("template_problems", problems=found, words=words)


@transaction.atomic(durable=True)
def write(
    *,
    kind: str,
    variant: str,
    language: str,
    body: str,
    by: Staff,
    now: datetime,
    wording: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    drafted_by: str = "",
) -> Template:
    """Add a version of a text; it is used once somebody else has approved it, from the one day to the other.

    ``wording`` names one that competes with the standard wording, which has none. ``drafted_by`` names the machine that
    worded it; a text much like a machine's draft is one as well. Raise RefusedError when the person may not, the days
    are upside down, or the text has problems.
    """
    return _write_within(
        kind=kind, variant=variant, language=language, body=body, by=by, now=now, days=(valid_from, valid_to),
        drafted_by=drafted_by, wording=wording,
    )  # fmt: skip


def _write_within(
    *,
    kind: str,
    variant: str,
    language: str,
    body: str,
    by: Staff,
    now: datetime,
    days: tuple[date | None, date | None],
    drafted_by: str,
    wording: str,
) -> Template:
    if not by.may(WRITE):
        raise NotAllowedError("not_allowed", action=WRITE)
    text = body.strip()
    check(kind=kind, variant=variant, body=text, language=language, opt_out=opt_out_for(language))
    if days[0] and days[1] and days[1] < days[0]:
        raise RefusedError("template_days_upside_down")
    same = list(Template.objects.select_for_update().filter(kind=kind, variant=variant, language=language))
    return Template.objects.create(
        kind=kind,
        variant=variant,
        language=language,
        wording=wording,
        version=max((row.version for row in same), default=0) + 1,
        body=text,
        valid_from=days[0],
        valid_to=days[1],
        drafted_by=drafted_by or drafted_alike(text, same),
        created_by=by,
        created_at=now,
    )


@transaction.atomic(durable=True)
def propose(
    *,
    kind: str,
    variant: str,
    language: str,
    body: str,
    valid_from: date | None,
    valid_to: date | None,
    reason: str,
    by: Staff,
    now: datetime,
) -> Template:
    """Add a version of a text and ask a second person to put it into use; the same proposed again is the same version.

    Raise what `write` and `ask` raise.
    """
    last = Template.objects.filter(kind=kind, variant=variant, language=language).order_by("-version").first()
    if last and _is_same(last, body, (valid_from, valid_to), by) and request_for(last.pk):
        return last
    version = _write_within(
        kind=kind, variant=variant, language=language, body=body, by=by, now=now, days=(valid_from, valid_to),
        drafted_by="", wording="",
    )  # fmt: skip
    approvals.ask_within(
        customer=None,
        kind="template",
        subject=f"template:{version.pk}",
        reason=reason,
        actor=Actor.of(by),
        now=now,
    )
    return version


def _is_same(last: Template, body: str, days: tuple[date | None, date | None], by: Staff) -> bool:
    return last.created_by_id == by.pk and (last.body, last.valid_from, last.valid_to) == (body.strip(), *days)


def drafted_alike(body: str, versions: Iterable[Template]) -> str:
    """Return the machine whose draft a text is, or is much like, among versions; an empty text when none."""
    drafts = [row for row in versions if row.drafted_by]
    return next((row.drafted_by for row in drafts if SequenceMatcher(None, row.body, body).ratio() >= ALIKE), "")


def ask(*, template_id: int, reason: str, by: Staff, now: datetime) -> Approval:
    """Ask a second person to put a version into use. Raise RefusedError when it could not be."""
    return approvals.ask(kind="template", subject=f"template:{template_id}", reason=reason, actor=Actor.of(by), now=now)


def approve_within(*, template: Template, by: Staff, now: datetime) -> Template:
    """Put a version into use in the transaction of its approval, from its first day to its last.

    Without a first day it replaces the one before; with days of its own it lies over it while they last. Raise
    RefusedError when it is the person's own work or may not go to customers.
    """
    if template.created_by_id == by.pk:
        raise RefusedError("own_work")
    check(
        kind=template.kind,
        variant=template.variant,
        body=template.body,
        language=template.language,
        opt_out=opt_out_for(template.language),
    )
    same = Template.objects.select_for_update().filter(
        kind=template.kind, variant=template.variant, language=template.language, wording=template.wording, active=True
    )
    if template.valid_from is None and template.valid_to is None:
        same.update(active=False)
    else:
        same.filter(valid_from=template.valid_from, valid_to=template.valid_to).update(active=False)
    template.active, template.approved_by, template.approved_at = True, by, now
    template.save(update_fields=["active", "approved_by", "approved_at"])
    return template


@transaction.atomic(durable=True)
def retire(*, template_id: int, by: Staff) -> Template:
    """Take a version out of use; messages of its kind and form take the next form, or wait while they are of use.

    Raise NotAllowedError when the person may not.
    """
    if not by.may(WRITE):
        raise NotAllowedError("not_allowed", action=WRITE)
    template = Template.objects.select_for_update().get(pk=template_id)
    template.active = False
    template.save(update_fields=["active"])
    return template


@transaction.atomic(durable=True)
def save_rule(*, rule: ReminderRule, by: Staff) -> ReminderRule:
    """Save the bank's rule for one kind of reminder. Raise RefusedError when the person may not."""
    if not by.may("admin"):
        raise RefusedError("not_allowed", action="admin")
    rule.save()
    return rule
