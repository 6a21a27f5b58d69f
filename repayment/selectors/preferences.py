"""How a customer wants to be spoken to, as it stands."""

from collections_app.models import ContactPoint, Customer


def of(*, customer_id: int) -> dict[str, str]:
    """Return the language of messages, and ``no`` for SMS when every own mobile number refuses it."""
    customer = Customer.objects.only("language").get(pk=customer_id)
    own = ContactPoint.objects.filter(customer=customer, kind="mobile", relation="self")
    permissions = list(own.values_list("permission", flat=True))
    refused = bool(permissions) and all(permission == "no_sms" for permission in permissions)
    return {"language": customer.language, "sms": "no" if refused else "yes"}
