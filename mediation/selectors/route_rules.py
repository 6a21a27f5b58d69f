"""The bank's limits for a product."""

from mediation.domain.route import DEFAULT_POLICIES, RoutePolicy
from mediation.models import RouteRule


def policy_for(product: str) -> RoutePolicy:
    """Return the limits of a product: the bank's row, else the starting values."""
    row = RouteRule.objects.filter(product=product).first()
    return row.policy if row else DEFAULT_POLICIES[product]
