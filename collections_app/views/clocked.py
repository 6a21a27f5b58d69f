"""The times that Django notes by itself (a sign-in, a line of the administration's log) are by OneCase's one clock."""

from typing import Any

from django.contrib.admin.models import LogEntry

from collections_app.models import Staff
from collections_app.services import clock, sign_in


def signed_in(sender: object, user: Any, **_rest: Any) -> None:
    """Note when the person signed in last, in place of Django's own receiver."""
    if isinstance(user, Staff):
        sign_in.note(staff=user, now=clock.now())


def logged(sender: object, instance: LogEntry, **_rest: Any) -> None:
    """Date a new line of the administration's log."""
    if instance._state.adding:
        instance.action_time = clock.now()
