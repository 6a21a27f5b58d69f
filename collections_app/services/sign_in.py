"""Letting a person in again: who was locked out, and who has lost their authenticator."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from axes.utils import reset
from django.db import transaction

from collections_app.domain.access import REFUSED_KEPT
from collections_app.models import Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError


@transaction.atomic(durable=True)
def unlock(*, username: str, actor: records.Actor) -> int:
    """Forget the failed attempts to sign in under a name, and return how many rows there were."""
    records.check_may(actor=actor, action="admin")
    forgotten: int = reset(username=username)
    return forgotten


def forget_failed(*, now: datetime) -> int:
    """Forget the failed sign-ins of more than half a year ago, and return how many rows there were.

    Names that nobody has fail too: what is guessed from outside must not fill the database.
    """
    forgotten: int
    forgotten, _by_model = AccessAttempt.objects.filter(attempt_time__lt=now - REFUSED_KEPT).delete()
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
