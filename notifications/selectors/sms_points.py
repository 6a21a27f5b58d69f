"""The number each customer is texted on."""

from collections.abc import Iterable

from collections_app.domain.purposes import Channel
from collections_app.models import ContactPoint
from notifications.selectors.reach import reach_of


def best_sms_points(customer_ids: Iterable[int]) -> dict[int, ContactPoint]:
    """Return each customer's own mobile number that is best known to be theirs, in one query.

    A customer without a usable one is left out.
    """
    return {
        customer_id: channels[Channel.SMS][0]
        for customer_id, channels in reach_of(customer_ids).items()
        if channels.get(Channel.SMS)
    }
