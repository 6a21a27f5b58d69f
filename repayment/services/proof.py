"""Proving who is there: the identity facts, and the one-time code where the branch wants one too."""

from collections.abc import Mapping
from datetime import datetime

from collections_app.services import access
from notifications.services import one_time_codes


def prove(
    *, facts: Mapping[str, str], address: str | None, now: datetime, token: str = "", code: str = ""
) -> access.Opened | None:
    """Open a session by the identity facts, or send a one-time code and return None. Raise as ``access.prove`` does."""
    try:
        return access.prove(facts=facts, address=address, now=now, token=token, code=code)
    except access.CodeAskedError as asked:
        one_time_codes.send(code_id=asked.code_id, now=now)
        return None
