"""Whoever signs out, by their own act or for being away, keeps nobody's line and no case."""

from typing import Any

from django.http import HttpRequest

from collections_app.models import Staff
from collections_app.services import clock
from collections_app.services.lines import lease
from collections_app.services.worklists import keeping


def give_back(sender: object, request: HttpRequest | None, user: Any, **_rest: Any) -> None:
    """Give back the line of the call the person is on, which waits for them to close it, and the case they claimed."""
    if isinstance(user, Staff):
        lease.give_back(staff_id=user.id, why="signed_out", now=clock.now())
        keeping.sign_out(staff=user, now=clock.now())
