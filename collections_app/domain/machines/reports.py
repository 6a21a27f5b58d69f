"""What a machine may report of a contact it had a permit for, and which of it can be."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from collections_app.domain.contacts import ContactState
from collections_app.domain.outcomes import OutcomeEffect
from collections_app.domain.purposes import Channel

REPORTS = (ContactState.MADE, ContactState.FAILED, ContactState.VOID, ContactState.UNKNOWN)
# How far the clocks of two machines may differ before a time told is refused.
CLOCK_SKEW = timedelta(minutes=5)
# A reservation ends by itself; a machine may ask for less or more, within this.
LEAST_HOLD_SECONDS = 60
MOST_HOLD_SECONDS = 1800
MOST_IN_BULK = 500

# These need what only a person takes down: parts of a promise, a claimed payment, an hour to call back.
NEEDS_A_PERSON = frozenset({OutcomeEffect.PROMISE, OutcomeEffect.PAYMENT_CLAIM, OutcomeEffect.CALLBACK})
# Only these speak with a person, who may then be asked less often.
SPEAKS = frozenset({Channel.VOICE, Channel.VISIT})


def fault_of_times(
    *, started_at: datetime | None, ended_at: datetime | None, permitted_at: datetime, now: datetime
) -> str:
    """Return why the times told of a contact cannot be, or nothing: within a tolerance for clocks that differ."""
    told = [each for each in (started_at, ended_at) if each is not None]
    if any(each > now + CLOCK_SKEW for each in told):
        return "time_in_future"
    if any(each < permitted_at - CLOCK_SKEW for each in told):
        return "time_before_permit"
    if started_at is not None and ended_at is not None and ended_at < started_at:
        return "ends_before_start"
    return ""


def is_late(*, started_at: datetime | None, expires_at: datetime | None) -> bool:
    """Return whether a contact began when its permit had run out: it is recorded all the same, and marked."""
    return started_at is not None and expires_at is not None and started_at > expires_at + CLOCK_SKEW


def needs_a_person(effects: Iterable[OutcomeEffect]) -> bool:
    """Return whether an outcome brings something that a machine cannot write down."""
    return bool(NEEDS_A_PERSON & set(effects))
