"""Speaking with Stripe through its own package."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe
from django.conf import settings

from repayment.domain.orders import GatewayUnreachableError, NotCertainError

SECONDS = 10


def client() -> stripe.StripeClient:
    """Return a client with this installation's key; a lost answer is asked for again under the same key."""
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_URL},
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=SECONDS),
    )


@contextmanager
def asking() -> Iterator[None]:
    """Turn whatever keeps Stripe from answering into GatewayUnreachableError, what it refuses into NotCertainError."""
    try:
        yield
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise NotCertainError(type(error).__name__) from error
    except stripe.StripeError as error:
        raise GatewayUnreachableError(type(error).__name__) from error
