"""What follows from a failure: how often a message is tried, and when a person has to look."""

from datetime import datetime

from django.utils.translation import gettext

from collections_app.models import Customer
from collections_app.services import handoffs, records
from notifications.domain.outcomes import ErrorClass, Outcome
from notifications.models import Message

MOST_ATTEMPTS = 5
# What nobody has said the meaning of is tried once more.
_MOST_OF_UNLISTED = 2


def was_last_try(*, message: Message, error_class: ErrorClass | None) -> bool:
    """Return whether a message that did not go out has been tried as often as its error allows."""
    return message.attempts >= (_MOST_OF_UNLISTED if error_class is ErrorClass.ONCE else MOST_ATTEMPTS)


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
