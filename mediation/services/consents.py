"""What each side said to talks, with its moment, its means and who wrote it down."""

from datetime import datetime

from collections_app.models import Customer
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.domain.consents import BY_STAFF, HOWS
from mediation.models import Consent, Mediation


def means_of(*, how: str, actor: records.Actor) -> str:
    """Return by what means a customer said it. Raise RefusedError when this actor cannot have heard it so."""
    if actor.staff is None:
        return "page"
    if how not in BY_STAFF:
        raise RefusedError("no_such_way")
    return how


def record_within(
    *,
    customer: Customer,
    mediation: Mediation,
    side: str,
    agrees: bool,
    how: str,
    actor: records.Actor,
    now: datetime,
    at: datetime | None = None,
) -> Consent:
    """Keep what one side said, on a record the caller has locked. ``at`` is when it was said, where that was before."""
    if how not in HOWS:
        raise RefusedError("no_such_way")
    recorded_by = None if how == "page" else actor.staff or mediation.proposed_by
    return Consent.objects.create(
        mediation=mediation,
        customer=customer,
        side=side,
        agrees=agrees,
        how=how,
        recorded_by=recorded_by,
        at=at or now,
    )
