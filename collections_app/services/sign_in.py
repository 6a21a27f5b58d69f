"""Letting a person in again: who was locked out, and who has lost their authenticator."""

from allauth.mfa.models import Authenticator
from axes.utils import reset
from django.db import transaction

from collections_app.models import Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError


@transaction.atomic(durable=True)
def unlock(*, username: str, actor: records.Actor) -> int:
    """Forget the failed attempts to sign in under a name, and return how many rows there were."""
    records.check_may(actor=actor, action="admin")
    forgotten: int = reset(username=username)
    return forgotten


@transaction.atomic(durable=True)
def remove_second_factor(*, staff_id: int, actor: records.Actor) -> None:
    """Forget a person's authenticator and recovery codes; where the role needs one, they set up a new one.

    Raise RefusedError when they have none, or are the actor: a stolen session could take its own off.
    """
    records.check_may(actor=actor, action="admin")
    if actor.staff is not None and actor.staff.id == staff_id:
        raise RefusedError("own_second_factor")
    if not Staff.objects.select_for_update().filter(id=staff_id).exists():
        raise RefusedError("no_such_colleague")
    removed, _by_model = Authenticator.objects.filter(user_id=staff_id).delete()
    if not removed:
        raise RefusedError("no_second_factor")
