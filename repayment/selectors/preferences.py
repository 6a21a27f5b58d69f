"""How a customer wants to be spoken to, as it stands."""

from datetime import datetime

from collections_app.domain.purposes import Channel
from collections_app.models import ContactPoint, Customer
from notifications.models import PersonalisationObjection
from notifications.selectors.reach import stopped_channels
from notifications.selectors.targeting import explaining
from notifications.selectors.targeting.explaining import Held


def of(*, customer_id: int, now: datetime) -> dict[str, str]:
    """Return the language of messages, ``no`` for SMS when the customer has stopped it or every own mobile number
    refuses it, and for habits when the customer objects to messages that follow them.
    """
    customer = Customer.objects.only("language").get(pk=customer_id)
    own = ContactPoint.objects.filter(customer=customer, kind="mobile", relation="self")
    permissions = list(own.values_list("permission", flat=True))
    stopped = stopped_channels([customer_id], now=now).get((customer_id, Channel.SMS.value), ())
    refused = "" in stopped or (bool(permissions) and all(permission == "no_sms" for permission in permissions))
    objects = PersonalisationObjection.objects.filter(customer=customer).exists()
    return {
        "language": customer.language,
        "sms": "no" if refused else "yes",
        "personal": "no" if objects else "yes",
    }


def held(*, customer_id: int) -> Held:
    """Return what is looked at of a customer when messages are chosen."""
    return explaining.held(customer=Customer.objects.get(pk=customer_id))
