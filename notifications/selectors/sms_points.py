"""The number each customer is texted on."""

from collections.abc import Iterable

from collections_app.domain.contact_points import UNUSABLE
from collections_app.models import ContactPoint

_PROVENANCES = ("verified_change", "on_file", "customer_given")
_QUALITIES = ("verified", "likely", "unknown", "suspect", "shared")


def _rank(point: ContactPoint) -> tuple[int, int, int]:
    provenance = _PROVENANCES.index(point.provenance) if point.provenance in _PROVENANCES else len(_PROVENANCES)
    quality = _QUALITIES.index(point.quality) if point.quality in _QUALITIES else len(_QUALITIES)
    return quality, provenance, -point.id


def best_sms_points(customer_ids: Iterable[int]) -> dict[int, ContactPoint]:
    """Return each customer's own mobile number that is best known to be theirs, in one query.

    A number found elsewhere or another person's is never taken. A customer without a usable one is left out.
    """
    best: dict[int, ContactPoint] = {}
    points = ContactPoint.objects.filter(
        customer_id__in=set(customer_ids), kind="mobile", relation="self", provenance__in=_PROVENANCES
    ).exclude(quality__in=UNUSABLE)
    for point in points.exclude(permission="refused"):
        held = best.get(point.customer_id)
        if held is None or _rank(point) < _rank(held):
            best[point.customer_id] = point
    return best
