"""The customer's own telephone numbers as they may be shown to whoever is on the page: masked."""

from collections_app.domain.contact_points import UNUSABLE
from collections_app.domain.masking import phone
from collections_app.models import ContactPoint

_PHONES = ("mobile", "landline_home", "landline_work")


def own(*, customer_id: int) -> list[tuple[int, str]]:
    """Return the customer's own numbers that are in use, by id, masked. One query."""
    rows = ContactPoint.objects.filter(customer_id=customer_id, relation="self", kind__in=_PHONES)
    return [(point.pk, phone(point.value)) for point in rows.exclude(quality__in=UNUSABLE).order_by("id")]
