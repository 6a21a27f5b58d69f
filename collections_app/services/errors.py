"""Why a service refuses. Nothing has changed when one of these is raised."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collections_app.models import Event


class RefusedError(Exception):
    """The write is refused for a reason with a stable code; refusal_texts puts it into words."""

    def __init__(self, code: str, *, until: datetime | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.until = until
        self.params: Mapping[str, Any] = params


class NotAllowedError(RefusedError):
    """The person's role does not allow it."""


class StaleWriteError(RefusedError):
    """Something that conflicts happened since the version the author saw."""

    def __init__(self, *, seen_version: int, current_version: int, changes: Sequence[Event]) -> None:
        super().__init__("record_changed", seen=seen_version, current=current_version)
        self.seen_version = seen_version
        self.current_version = current_version
        self.changes = changes


class CallLostError(RefusedError):
    """The call was handed or taken over; whoever had it can change nothing of it any more."""

    def __init__(self) -> None:
        super().__init__("call_lost")


class AlreadyWrittenError(Exception):
    """The same form with the same content has been written before; nothing is written again."""

    def __init__(self, event: Event | None) -> None:
        super().__init__()
        self._event = event

    @property
    def event(self) -> Event:
        """The first event it wrote. Raise AssertionError for a write that has none."""
        assert self._event is not None
        return self._event


class KeyReusedError(RefusedError):
    """The form has been written before, with other content."""

    def __init__(self) -> None:
        super().__init__("form_key_reused")
