"""Letting a person in again who was locked out."""

from axes.utils import reset
from django.db import transaction

from collections_app.services import records


@transaction.atomic(durable=True)
def unlock(*, username: str, actor: records.Actor) -> int:
    """Forget the failed attempts to sign in under a name, and return how many rows there were."""
    records.check_may(actor=actor, action="admin")
    forgotten: int = reset(username=username)
    return forgotten
