"""The table of providers' error codes: loading what is shipped, and saving what operations change."""

import json
from pathlib import Path

from django.db import transaction

from collections_app.models import Staff
from collections_app.services.errors import RefusedError
from notifications.models import ProviderCode

_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "provider_codes.json"


def load() -> int:
    """Create the rows that do not exist, and return how many. What somebody changed is left alone."""
    before = ProviderCode.objects.count()
    rows = json.loads(_SHIPPED.read_text(encoding="utf-8"))["rows"]
    ProviderCode.objects.bulk_create([ProviderCode(**row) for row in rows], ignore_conflicts=True)
    return ProviderCode.objects.count() - before


@transaction.atomic(durable=True)
def save(*, row: ProviderCode, by: Staff) -> ProviderCode:
    """Save what is done on a code from now on. Raise RefusedError when the person may not."""
    if not by.may("admin"):
        raise RefusedError("not_allowed", action="admin")
    row.full_clean()
    row.save()
    return row
