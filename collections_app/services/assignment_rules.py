"""Saving the rules of assignment."""

from django.db import transaction

from collections_app.domain.ownership.pools import OWN
from collections_app.models import AssignmentRule
from collections_app.services import records
from collections_app.services.errors import RefusedError


@transaction.atomic(durable=True)
def save(*, rule: AssignmentRule, actor: records.Actor) -> AssignmentRule:
    """Save one rule; what is nobody's is given by it from then on, what somebody has stays theirs.

    Raise ValidationError for values that cannot be, RefusedError for a pool that is not the bank's own, NotAllowedError
    when the role may not.
    """
    records.check_may(actor=actor, action="owner.rules")
    rule.full_clean()
    if rule.pool not in OWN:
        raise RefusedError("no_such_pool")
    rule.save()
    return rule
