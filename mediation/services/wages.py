"""The average wages that bound the small-claims procedure."""

from django.db import transaction

from collections_app.services import records
from mediation.models import ProvinceWage


@transaction.atomic(durable=True)
def save(*, row: ProvinceWage, actor: records.Actor) -> ProvinceWage:
    """Save the wage of a province and year. Raise ValidationError for values that cannot be."""
    records.check_may(actor=actor, action="rules.write")
    row.full_clean()
    row.save()
    return row
