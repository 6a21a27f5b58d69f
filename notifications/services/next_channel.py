"""What could not reach the customer by one channel goes on by the next of its kind, under a permit asked for anew."""

from datetime import datetime

from collections_app.domain.purposes import Channel, closes
from collections_app.models import Customer
from notifications.domain.outcomes import ErrorClass
from notifications.models import Message
from notifications.selectors.reach import reach_of, stopped_channels
from notifications.services.messages import enqueue_within
from notifications.services.routing import channels_of

UNREACHABLE = "channel_unreachable"
# These say that nothing more goes this way; what is wrong with a text is wrong by every channel.
_CLOSED = frozenset({ErrorClass.NUMBER, ErrorClass.LANDLINE, ErrorClass.OPTED_OUT, ErrorClass.ROUTE})


def is_left(*, customer: Customer, message: Message, error_class: ErrorClass | None, now: datetime) -> bool:
    """Return whether a message that a provider surely did not take may go by another channel of its kind."""
    return error_class in _CLOSED and now < message.expires_at and _is_left(customer, message, now)


def _is_left(customer: Customer, message: Message, now: datetime) -> bool:
    stopped = stopped_channels([customer.pk], now=now)
    reach = reach_of([customer.pk]).get(customer.pk, {})
    left = [channel for channel in channels_of(message) if channel != message.channel]
    return any(
        reach.get(channel)
        and not any(closes(each, message.purpose) for each in stopped.get((customer.pk, channel.value), ()))
        for channel in left
    )


def others(message: Message) -> str:
    """Return the channels of a message but the one it was refused by, as it keeps them."""
    return ",".join(channel.value for channel in channels_of(message) if channel != message.channel)


def again_within(
    *, customer: Customer, message: Message, error_class: ErrorClass | None, now: datetime
) -> Message | None:
    """Queue once, on a locked record, by its other channels what the app took and could not show, and what was taken
    for a number or address that nothing reaches.

    The first counts as the contact it was. Return None for what may still arrive the same way, is of no more use, or
    has no other.
    """
    if message.channel != Channel.APP and error_class not in _CLOSED:
        return None
    if now >= message.expires_at or (message.channel != Channel.APP and not _is_left(customer, message, now)):
        return None
    others = [channel.value for channel in channels_of(message) if channel != message.channel]
    if not others:
        return None
    return enqueue_within(
        customer=customer,
        kind=message.kind,
        account=message.account,
        now=now,
        about_on=message.about_on,
        expires_at=message.expires_at,
        subject_id=message.subject_id,
        reference=f"{message.reference}:{message.channel}"[-40:],
        payload=message.payload,
        asked_by=message.asked_by,
        by_channels=others,
        step_of=message,
    )
