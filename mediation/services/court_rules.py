"""The rules by which court procedures are open."""

import json
from pathlib import Path

from django.db import transaction

from collections_app.services import records
from mediation.models import CourtRule

_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "court_rules.json"


@transaction.atomic(durable=True)
def save(*, row: CourtRule, actor: records.Actor) -> CourtRule:
    """Save one rule. Raise ValidationError for values that cannot be."""
    records.check_may(actor=actor, action="rules.write")
    row.full_clean()
    row.save()
    return row


def load() -> int:
    """Create the rules that do not exist and return how many there were."""
    rows = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    before = CourtRule.objects.count()
    CourtRule.objects.bulk_create([CourtRule(**row) for row in rows], ignore_conflicts=True)
    return CourtRule.objects.count() - before
