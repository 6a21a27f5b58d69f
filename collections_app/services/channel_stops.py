"""The channels a customer does not want to be contacted by; theirs to stop, and theirs to allow again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from collections_app.domain.holds import HoldKind
from collections_app.domain.purposes import Channel
from collections_app.models import ContactPoint, Customer, Hold
from collections_app.services import derivation, holds, preferences, records
from collections_app.services.errors import RefusedError

# Letters are what remains: what the law makes the bank tell must be able to arrive.
STOPPABLE = (Channel.VOICE, Channel.SMS, Channel.APP, Channel.EMAIL, Channel.VISIT)


@transaction.atomic(durable=True)
def choose(*, customer_id: int, stopped: Collection[str], actor: records.Actor, now: datetime) -> Customer:
    """Stop the channels named and allow the others again, for all departments at once.

    Each is a hold, and SMS a matter of the customer's own mobile numbers as well; a stop that a call or a machine
    brought is the customer's word too, and ends with it. Raise RefusedError for a channel that cannot be stopped.
    """
    customer = records.lock(customer_id=customer_id, now=now)
    if unknown := set(stopped) - set(STOPPABLE):
        raise RefusedError("no_such_channel", channel=min(unknown))
    before = stopped_now(customer=customer, now=now)
    preferences.allow_sms_within(customer=customer, allowed=Channel.SMS not in stopped, actor=actor, now=now)
    in_force = _holds(customer, now)
    for channel in STOPPABLE:
        stands = [hold for hold in in_force if hold.channel == channel]
        if channel in stopped and all(hold.message_class for hold in stands):
            holds.place_within(
                customer=customer,
                kind=HoldKind.CHANNEL_STOP,
                actor=actor,
                now=now,
                channel=channel,
                source=f"customer:{customer.pk}:{channel}",
            )
        # A stop of one class of messages only, which the page does not show, stays as it is.
        for hold in stands if channel in before and channel not in stopped else []:
            holds.release_within(customer=customer, hold=hold, reason="customer_allows", actor=actor, now=now)
    derivation.derive(customer=customer, now=now)
    return customer


def stopped_now(*, customer: Customer, now: datetime) -> list[str]:
    """Return the channels that are stopped by the customer's word. Two queries."""
    found = {hold.channel for hold in _holds(customer, now) if not hold.message_class}
    own = ContactPoint.objects.filter(customer=customer, kind="mobile", relation="self")
    permissions = list(own.values_list("permission", flat=True))
    if permissions and all(permission == "no_sms" for permission in permissions):
        found.add(Channel.SMS)
    return [channel.value for channel in STOPPABLE if channel in found]


def _holds(customer: Customer, now: datetime) -> list[Hold]:
    rows = Hold.objects.filter(customer=customer, kind=HoldKind.CHANNEL_STOP, released_at__isnull=True)
    return list(rows.exclude(ends_at__lte=now))
