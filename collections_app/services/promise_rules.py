"""What may be promised: the bank's limits by product and stage."""

from django.db import transaction

from collections_app.models import PromiseRule
from collections_app.services import records


@transaction.atomic(durable=True)
def save(*, rule: PromiseRule, actor: records.Actor) -> PromiseRule:
    """Save the limits of one product and stage; promises from now on go by them.

    Raise ValidationError for values that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    rule.full_clean()
    rule.save()
    return rule
