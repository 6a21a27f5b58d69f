"""What is demanded of a role when it signs in."""

from django.db import transaction

from collections_app.domain.staff import Role
from collections_app.models import RolePolicy
from collections_app.services import records


@transaction.atomic(durable=True)
def save(*, policy: RolePolicy, actor: records.Actor) -> RolePolicy:
    """Save the policy of one role; it holds from the next page each person opens.

    Raise ValidationError for values that cannot be, NotAllowedError when the actor is no administrator.
    """
    records.check_may(actor=actor, action="admin")
    policy.full_clean()
    policy.save()
    return policy


def load() -> int:
    """Create a policy that demands nothing for each role that has none, and return how many there were."""
    known = set(RolePolicy.objects.values_list("role", flat=True))
    new = [RolePolicy(role=role) for role in Role if role not in known]
    RolePolicy.objects.bulk_create(new)
    return len(new)
