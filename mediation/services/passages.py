"""Passages of law, as administrators edit them."""

import json
from pathlib import Path

from django.db import transaction

from collections_app.services import records
from mediation.models import LawPassage

_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "law.json"


@transaction.atomic(durable=True)
def save(*, row: LawPassage, actor: records.Actor) -> LawPassage:
    """Save one passage; mediators read it from now on.

    Raise ValidationError for values that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    row.full_clean()
    row.save()
    return row


def load() -> int:
    """Create the passages that do not exist and return how many there were."""
    rows = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    before = LawPassage.objects.count()
    LawPassage.objects.bulk_create(
        [LawPassage(**row, position=10 * place) for place, row in enumerate(rows, start=1)], ignore_conflicts=True
    )
    return LawPassage.objects.count() - before
