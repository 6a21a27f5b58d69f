"""What a live fragment says of itself."""

from django import template

from collections_app.models import Customer
from collections_app.selectors import records

register = template.Library()


@register.filter
def mark(customer: Customer) -> str:
    """Return how far the record has come without a version, as ``event.milliseconds``; empty where it was not read."""
    if not hasattr(customer, "newest_event"):
        return ""
    return "{}.{}".format(*records.mark(newest_event=customer.newest_event, derived_at=customer.derived_at))
