"""Texts: loading the bank's starting set, writing a new version, approving it."""

import json
from datetime import datetime, time
from pathlib import Path

from django.db import transaction
from django.utils.translation import get_language

from collections_app.models import Approval, Staff
from collections_app.services import approvals
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from notifications.domain.template_lint import PROBLEMS, problems
from notifications.models import ReminderRule, Template

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
    ReminderRule.objects.bulk_create(
        ReminderRule(kind=rule["kind"], days=rule["days"], at=time.fromisoformat(rule["at"])) for rule in new
    )
    return len(rows), len(new)


def check(*, kind: str, variant: str, body: str) -> None:
    """Refuse a text that may not go to customers. Raise RefusedError with the codes of what is wrong."""
    found = problems(kind=kind, variant=variant, body=body)
    if found:
        language = get_language() or "zh"
        words = "；".join(PROBLEMS[code].text(language) for code in found)
        raise RefusedError("template_problems", problems=found, words=words)


@transaction.atomic(durable=True)
def write(*, kind: str, variant: str, language: str, body: str, by: Staff, now: datetime) -> Template:
    """Add a version of a text; it is used once somebody else has approved it.

    Raise RefusedError when the person may not, or the text has problems.
    """
    if not by.may("admin"):
        raise RefusedError("not_allowed", action="admin")
    text = body.strip()
    check(kind=kind, variant=variant, body=text)
    same = Template.objects.select_for_update().filter(kind=kind, variant=variant, language=language)
    last = max((row.version for row in same), default=0)
    return Template.objects.create(
        kind=kind, variant=variant, language=language, version=last + 1, body=text, created_by=by, created_at=now
    )


def ask(*, template_id: int, reason: str, by: Staff, now: datetime) -> Approval:
    """Ask a second person to put a version into use. Raise RefusedError when it could not be."""
    return approvals.ask(kind="template", subject=f"template:{template_id}", reason=reason, actor=Actor.of(by), now=now)


def approve_within(*, template: Template, by: Staff, now: datetime) -> Template:
    """Put a version into use in place of the one before, in the transaction of its approval.

    Raise RefusedError when it is the person's own work or may not go to customers.
    """
    if template.created_by_id == by.pk:
        raise RefusedError("own_work")
    check(kind=template.kind, variant=template.variant, body=template.body)
    same = Template.objects.select_for_update().filter(
        kind=template.kind, variant=template.variant, language=template.language
    )
    same.filter(active=True).update(active=False)
    template.active, template.approved_by, template.approved_at = True, by, now
    template.save(update_fields=["active", "approved_by", "approved_at"])
    return template


@transaction.atomic(durable=True)
def retire(*, template_id: int, by: Staff) -> Template:
    """Take a version out of use; messages of its kind and form are refused, or take the next form, until another is.

    Raise RefusedError when the person may not.
    """
    if not by.may("admin"):
        raise RefusedError("not_allowed", action="admin")
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
