"""Whether a browser's session is a person's still: asked by what goes on long after its request."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from collections_app.domain.sessions import ended
from collections_app.models import Staff


def carries(staff: Staff | None, data: str, *, now: datetime) -> bool:
    """Return whether the data of a session sign this person in at a moment: theirs, neither idle nor too old."""
    if staff is None or not data:
        return False
    session = SessionStore().decode(data)
    idle, longest = settings.SESSION_IDLE_SECONDS, settings.SESSION_LONGEST_SECONDS
    if str(session.get(SESSION_KEY)) != str(staff.pk):
        return False
    if ended(session, now=now.timestamp(), idle_seconds=idle, longest_seconds=longest) is not None:
        return False
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), staff.get_session_auth_hash())


def is_signed_in(*, staff_id: int, session_key: str, now: datetime) -> bool:
    """Return whether a person is signed in by a session of that key, at a moment of the wall clock. Two queries."""
    found = Session.objects.filter(session_key=session_key, expire_date__gt=now).first()
    if found is None:
        return False
    staff = Staff.objects.filter(id=staff_id, is_active=True).first()
    return carries(staff, found.session_data, now=now)
