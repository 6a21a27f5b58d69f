"""Private addresses under which calendar programs read somebody's sessions."""

from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction

from collections_app.models import Staff
from collections_app.services import records
from collections_app.services.errors import NotAllowedError
from mediation.models import CalendarFeed

# 256 bits: nobody guesses an address, so the address alone lets in.
TOKEN_BYTES = 32


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic(durable=True)
def renew(*, actor: records.Actor, now: datetime) -> str:
    """Give a person who holds sessions, or sits in them, a new address and end the one before; return its token.

    Nothing keeps it.
    """
    staff = _holder(actor)
    _revoke(staff, now)
    token = token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.create(staff=staff, token_hash=digest(token), created_at=now)
    return token


@transaction.atomic(durable=True)
def revoke(*, actor: records.Actor, now: datetime) -> bool:
    """End a person's own address: nobody reads their sessions by it from now on. Return whether there was one."""
    return _revoke(_holder(actor), now)


def _holder(actor: records.Actor) -> Staff:
    if actor.staff is None or not any(
        actor.staff.may(action) for action in ("mediation.conduct", "mediation.represent", "mediation.advise")
    ):
        raise NotAllowedError("not_allowed", action="mediation.conduct")
    return Staff.objects.select_for_update().get(id=actor.staff.id)


def _revoke(staff: Staff, now: datetime) -> bool:
    return bool(CalendarFeed.objects.filter(staff=staff, revoked_at__isnull=True).update(revoked_at=now))
