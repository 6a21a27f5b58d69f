"""The table of authority, as administrators edit it."""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collections_app.domain.authority import COLUMNS, PLAN, PRINCIPAL
from collections_app.models import Authority
from collections_app.services import records

_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "authority.json"


@transaction.atomic(durable=True)
def save(*, row: Authority, actor: records.Actor) -> Authority:
    """Save one role's authority over one component; what is granted from now on goes by it.

    Raise ValidationError for values that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    if row.component not in {*COLUMNS, PLAN}:
        raise ValidationError(_("There is no such component."))
    if row.component == PRINCIPAL:
        row.head_office_only = True
    if not row.most_fen <= row.most_month_fen or not row.most_fen <= row.most_customer_fen:
        raise ValidationError(_("What may be granted at once is within the sums of the month and of one customer."))
    row.full_clean()
    row.save()
    return row


def load() -> int:
    """Create the rows that do not exist and return how many there were."""
    rows = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    before = Authority.objects.count()
    Authority.objects.bulk_create([Authority(**row) for row in rows], ignore_conflicts=True)
    return Authority.objects.count() - before
