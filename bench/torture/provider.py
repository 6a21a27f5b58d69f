"""A provider nobody can rely on: it takes a message and says nothing, or the worker dies as it answers."""

import os
import random
import signal
from datetime import datetime

from notifications.domain.outcomes import ErrorClass, Outcome, Result
from notifications.providers import registry
from notifications.providers.base import Outgoing
from notifications.providers.sandbox.provider import SandboxProvider

# Of a hundred messages so many: taken without an answer, not taken without an answer, put off, worker killed after.
TAKEN_SILENTLY, LOST_SILENTLY, BUSY, KILLED = 6, 4, 4, 0.5


class TreacherousProvider(SandboxProvider):
    """The demonstration phone behind a bad line."""

    def send(self, outgoing: Outgoing, *, now: datetime) -> Outcome:
        """Deliver or not, and tell the truth about it or not."""
        luck = random.uniform(0, 100)
        if luck < LOST_SILENTLY:
            return Outcome(Result.UNKNOWN, error_code="timeout")
        if luck < LOST_SILENTLY + BUSY:
            return Outcome(Result.TRANSIENT, error_code="busy", error_class=ErrorClass.TRANSIENT)
        outcome = super().send(outgoing, now=now)
        if luck > 100 - TAKEN_SILENTLY:
            return Outcome(Result.UNKNOWN, error_code="timeout")
        if luck > 100 - TAKEN_SILENTLY - KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        return outcome


def install() -> None:
    """Let every branch of this process send through it."""
    registry._PROVIDERS["sandbox"] = TreacherousProvider
    registry.provider.cache_clear()
