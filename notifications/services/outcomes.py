"""What follows from a failure: how long a message is tried, and when a person has to look."""

from datetime import datetime, timedelta

from django.utils.translation import gettext

from collections_app.models import Customer
from collections_app.services import handoffs, records
from notifications.domain.outcomes import ErrorClass, Outcome
from notifications.models import Message

# What nobody has said the meaning of is tried once more.
_MOST_OF_UNLISTED = 2
# The waits between tries double, from a minute to this.
MOST_WAIT = timedelta(minutes=15)
_FIRST_WAIT_SECONDS, _MOST_DOUBLINGS = 30, 6
# How long a provider that could not be reached is left: a code or a receipt looks sooner.
_UNREACHED, _UNREACHED_PRIORITY = timedelta(minutes=5), timedelta(minutes=1)
_SPREAD_SECONDS = 30


def was_last_try(*, message: Message, error_class: ErrorClass | None) -> bool:
    """Return whether a message that did not go out has been tried as often as its error allows.

    What passes is tried for as long as the message is of use, however long a provider is away.
    """
    return error_class is ErrorClass.ONCE and message.attempts >= _MOST_OF_UNLISTED


def wait_after(*, message: Message, reached: bool) -> timedelta:
    """Return how long to wait before a message is tried again, spread so that not all come back at once.

    A provider that was not ``reached`` says nothing of the message, so the wait does not grow.
    """
    spread = timedelta(seconds=message.pk % _SPREAD_SECONDS)
    if not reached:
        return spread + (_UNREACHED_PRIORITY if message.priority else _UNREACHED)
    doubled = timedelta(seconds=_FIRST_WAIT_SECONDS * 2 ** min(message.attempts, _MOST_DOUBLINGS))
    return min(doubled + spread, MOST_WAIT)


def set_aside_within(*, customer: Customer, message: Message, outcome: Outcome, now: datetime) -> None:
    """Hand over a message that stops its sender, on a record the caller has locked."""
    text = gettext("A message twice stopped the sender (code %(code)s) while others went out, and was set aside.")
    handoffs.open_within(
        customer=customer, kind="other", actor=records.SYSTEM, now=now, account_id=message.account_id,
        text=text % {"code": outcome.error_code},
    )  # fmt: skip


def leave_to_a_person_within(*, customer: Customer, message: Message, outcome: Outcome, now: datetime) -> None:
    """Hand over what failed for a reason nobody knows, on a record the caller has locked; nothing else asks a person.

    What is plainly the number's or the provider's own fault is a fact on the record or an alert, not work for anyone.
    """
    if outcome.error_class is not ErrorClass.ONCE:
        return
    handoffs.open_within(
        customer=customer, kind="other", actor=records.SYSTEM, now=now, account_id=message.account_id,
        text=gettext("A message could not be sent: the provider gave the unknown code %(code)s twice.")
        % {"code": outcome.error_code},
    )  # fmt: skip
