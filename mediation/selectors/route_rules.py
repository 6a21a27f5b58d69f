"""The bank's limits for a product."""

from mediation.domain.route import DEFAULT_POLICIES, RoutePolicy
from mediation.domain.tracks import TrackPolicy
from mediation.models import RouteRule


def policy_for(product: str) -> RoutePolicy:
    """Return the limits of a product: the bank's row, else the starting values."""
    row = RouteRule.objects.filter(product=product).first()
    return row.policy if row else DEFAULT_POLICIES[product]


def track_policy_for(product: str) -> TrackPolicy:
    """Return what decides the track of a product: the bank's row, else the starting values."""
    row = RouteRule.objects.filter(product=product).first()
    if row is not None:
        return row.track_policy
    limits = DEFAULT_POLICIES[product]
    return TrackPolicy(simple_up_to_fen=limits.telephone_up_to_fen, ordinary_up_to_fen=limits.video_up_to_fen)


def mandate_required(product: str) -> bool:
    """Return whether the bank's representative signs for a product only within an approved mandate."""
    return RouteRule.objects.filter(product=product, mandate_required=True).exists()
