"""The rows of the law that clocks go by: loaded with the product, confirmed or changed by who writes rules."""

import json
from pathlib import Path

from django.db import transaction

from collections_app.models import ClockRule
from collections_app.services import records

_SEED = Path(__file__).resolve().parents[2] / "reference" / "clocks.json"


def load() -> int:
    """Store the rows of this release whose code is not stored yet, and return how many were new."""
    rows = json.loads(_SEED.read_text(encoding="utf-8"))
    known = set(ClockRule.objects.values_list("code", flat=True))
    new = [ClockRule(**row) for row in rows if row["code"] not in known]
    ClockRule.objects.bulk_create(new)
    return len(new)


@transaction.atomic(durable=True)
def save(*, rule: ClockRule, actor: records.Actor) -> ClockRule:
    """Save a row of the law; clocks go by it from the next interruption, and all of them from the next night.

    Raise ValidationError for values that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    rule.full_clean()
    rule.save()
    return rule
