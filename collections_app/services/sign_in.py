"""Signing in: passwords, sessions, and letting a person in again who was locked out or lost their authenticator."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum

from collections_app.domain.access import REFUSED_KEPT
from collections_app.models import Staff
from collections_app.services import feed, records
from collections_app.services.errors import RefusedError


def counted(username: str) -> str:
    """Return the name failed sign-ins are counted under: allauth finds people whatever the case of their letters."""
    return username.strip().casefold()


@transaction.atomic(durable=True)
def unlock(*, username: str, actor: records.Actor) -> int:
    """Forget the failed attempts to sign in under a name, and return how many rows there were."""
    records.check_may(actor=actor, action="admin")
    forgotten: int = reset(username=counted(username))
    return forgotten


@transaction.atomic(durable=True)
def unlock_address(*, address: str, actor: records.Actor) -> int:
    """Forget the failed attempts to sign in from an address, and return how many rows there were."""
    records.check_may(actor=actor, action="admin")
    forgotten: int = reset(ip=address)
    return forgotten


def address_is_locked(*, address: str, at: datetime) -> bool:
    """Return whether so many attempts from an address failed lately that it has to wait. One query.

    A branch shares one address, so its limit is far above that of one account: it stops a machine that tries one
    password on many names. ``at`` is by the wall clock, as the attempts are.
    """
    recent = AccessAttempt.objects.filter(ip_address=address, attempt_time__gt=at - settings.AXES_COOLOFF_TIME)
    failures = recent.aggregate(found=Sum("failures_since_start"))["found"] or 0
    return bool(failures >= settings.LOGIN_FAILURES_BY_ADDRESS)


@transaction.atomic
def note(*, staff: Staff, now: datetime) -> None:
    """Note when a person signed in last, by the clock everything else is by."""
    staff.last_login = now
    staff.save(update_fields=["last_login"])


@transaction.atomic
def choose_password(*, staff: Staff, password: str) -> None:
    """Set the password a person has chosen for themselves; one given by an administrator is over with it.

    Their other sessions end. The caller keeps the one at hand.
    """
    staff.set_password(password)
    staff.given_password_until = None
    staff.save(update_fields=["password", "given_password_until"])


def given_password_is_over(*, staff: Staff, now: datetime) -> bool:
    """Return whether the password an administrator gave has lain unused for too long to sign in with."""
    return staff.given_password_until is not None and staff.given_password_until < now


@transaction.atomic
def end_sessions(*, staff_id: int) -> None:
    """End every session of a person, in all browsers, and the streams of their open screens."""
    Staff.objects.filter(id=staff_id).update(sessions_ended=F("sessions_ended") + 1)
    feed.end_streams(staff_id=staff_id)


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
