"""Whoever signs out, by their own act or for being away, keeps nobody's line."""

from typing import Any

from django.http import HttpRequest

from collections_app.models import Staff
from collections_app.services import clock
from collections_app.services.lines import lease


def free_the_line(sender: object, request: HttpRequest | None, user: Any, **_rest: Any) -> None:
    """Give back the line of the call the person is on; the call waits for them to close it."""
    if isinstance(user, Staff):
        lease.give_back(staff_id=user.id, why="signed_out", now=clock.now())
