"""How disputes are talked over: the bank's limits for each product."""

from django.db import transaction

from collections_app.services import records
from mediation.models import RouteRule


@transaction.atomic(durable=True)
def save(*, rule: RouteRule, actor: records.Actor) -> RouteRule:
    """Save the limits of one product; proposals from now on go by them.

    Raise ValidationError for values that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    rule.full_clean()
    rule.save()
    return rule
