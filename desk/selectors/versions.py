"""The versions of watched records. Called from threads of their own, so that no connection is kept."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils.crypto import constant_time_compare

from collections_app.domain.sessions import ended
from collections_app.domain.staff import Scope
from collections_app.domain.typed import number_of
from collections_app.models import Customer, Staff
from collections_app.selectors import incidents as going_on
from collections_app.selectors import records
from desk.selectors import phone_calls


def current(ids: Collection[int]) -> dict[int, int]:
    """Return the version of each record, and give the connection back. One query."""
    try:
        return dict(Customer.objects.filter(id__in=ids).values_list("id", "version"))
    finally:
        give_back()


def incidents(*, now: datetime) -> str:
    """Return the mark of the incidents that are going on, and give the connection back. One query."""
    try:
        return going_on.stamp(now=now)
    finally:
        give_back()


def calls(staff_ids: Collection[int], *, now: datetime) -> dict[int, str]:
    """Return the mark of the call at each person's telephone, and give the connection back. One query."""
    try:
        return phone_calls.stamps(staff_ids=staff_ids, now=now)
    finally:
        give_back()


def allowed(*, staff_id: int, session_key: str, ids: Collection[int], now: datetime) -> dict[int, int] | None:
    """Return the versions of those records that a person may see now, or None when they are signed out.

    Asks again for everything a request would ask: the session, its idle time and age, the person, their scope.
    """
    try:
        session = SessionStore(session_key).load()
        if str(session.get(SESSION_KEY)) != str(staff_id):
            return None
        idle, longest = settings.SESSION_IDLE_SECONDS, settings.SESSION_LONGEST_SECONDS
        if ended(session, now=now.timestamp(), idle_seconds=idle, longest_seconds=longest) is not None:
            return None
        staff = Staff.objects.filter(id=staff_id, is_active=True).first()
        if staff is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), staff.get_session_auth_hash()):
            return None
        return dict(records.scoped(staff, now=now).filter(id__in=ids).values_list("id", "version")) if ids else {}
    finally:
        give_back()


def listed_branches(*, staff: Staff, asked: str) -> set[int] | None:
    """Return the branches whose lists a person may follow: None for all, an empty set for none.

    A unit's list may hold customers of any branch: it is told of every change, and fetches only what is its own.
    """
    if not asked or staff.scope == Scope.NONE:
        return set()
    if staff.scope == Scope.INSTITUTION:
        branch = number_of(asked)
        return None if branch is None else {branch}
    if staff.scope == Scope.UNIT:
        return None
    return {staff.branch_id} if staff.branch_id else set()


def give_back() -> None:
    # Inside a transaction the connection belongs to somebody else (a test).
    if not connection.in_atomic_block:
        connection.close()
