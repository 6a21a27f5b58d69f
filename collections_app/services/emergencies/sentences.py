"""Approved sentences: what staff and customers read in an emergency. One person writes, another approves."""

import json
from datetime import datetime
from pathlib import Path

from django.db import transaction

from collections_app.models import Approval, ApprovedSentence, SentenceUse
from collections_app.services import approvals, records
from collections_app.services.errors import RefusedError

WRITE, APPROVE = "sentence.write", "sentence.approve"
KIND = "sentence"
_SEED = Path(__file__).resolve().parents[2] / "reference" / "sentences.json"
_WORDS = ("staff_zh", "staff_en", "customer_zh", "customer_en")


def load(*, now: datetime) -> int:
    """Store the sentences of this release whose code is not stored yet, in use; return how many were new."""
    rows = json.loads(_SEED.read_text(encoding="utf-8"))
    known = set(ApprovedSentence.objects.values_list("code", flat=True))
    new = [
        ApprovedSentence(**row, active=True, created_at=now, approved_at=now)
        for row in rows
        if row["code"] not in known
    ]
    ApprovedSentence.objects.bulk_create(new)
    return len(new)


def propose(
    *, code: str, staff_zh: str, staff_en: str, customer_zh: str, customer_en: str, reason: str,
    actor: records.Actor, now: datetime,
) -> Approval:  # fmt: skip
    """Write another version of a sentence and ask a second person to put it in use.

    Raise RefusedError when the code is unknown, words are missing or the same is asked for already;
    NotAllowedError when the role may not.
    """
    with transaction.atomic(durable=True):
        records.check_may(actor=actor, action=WRITE)
        same = ApprovedSentence.objects.select_for_update().filter(code=code).order_by("version")
        last = list(same)[-1:]
        if not last:
            raise RefusedError("no_such_sentence")
        row = ApprovedSentence(
            use=last[0].use,
            code=code,
            version=last[0].version + 1,
            staff_zh=staff_zh.strip(),
            staff_en=staff_en.strip(),
            customer_zh=customer_zh.strip(),
            customer_en=customer_en.strip(),
            created_by=actor.staff,
            created_at=now,
        )
        check_words(row)
        row.save()
        return approvals.ask_within(
            customer=None, kind=KIND, subject=f"sentence:{code}", reason=reason, actor=actor, now=now,
            payload={"sentence": row.id},
        )  # fmt: skip


def check_words(row: ApprovedSentence) -> None:
    """Raise RefusedError when a sentence lacks words of one language."""
    needed = _WORDS if row.use == SentenceUse.INCIDENT else _WORDS[:2]
    if not all(getattr(row, name) for name in needed):
        raise RefusedError("sentence_incomplete")


def put_in_use_within(*, row: ApprovedSentence, actor: records.Actor, now: datetime) -> None:
    """Put a version in use in place of the one before, in the transaction of its approval."""
    ApprovedSentence.objects.filter(code=row.code, active=True).update(active=False)
    row.active, row.approved_by, row.approved_at = True, actor.staff, now
    row.save(update_fields=["active", "approved_by", "approved_at"])


def of_risk() -> ApprovedSentence | None:
    """Return what a colleague reads once the red button has been pressed."""
    return ApprovedSentence.objects.filter(use=SentenceUse.RISK, active=True).order_by("id").first()
