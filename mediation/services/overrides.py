"""Other means or another track than the rule chose, by a person, with a reason."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless, plain
from collections_app.models import Customer
from collections_app.services import derivation, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.route import ROUTES
from mediation.domain.tracks import TRACKS
from mediation.models import Mediation, RouteOverride
from mediation.services import endings, invitations, mediations, offering, sessions, wake


@transaction.atomic(durable=True)
def change(
    *,
    mediation_id: int,
    route: str,
    track: str,
    reason: str,
    actor: records.Actor,
    seen_version: int | None,
    now: datetime,
) -> RouteOverride:
    """Change by what means and on which track talks go; what the rule chose stays beside it.

    A session already announced in another way is given back, so are hours offered to pick from, which were of the
    other way's length and place; another date is looked for. Raise RefusedError while a session is going on, without a
    reason, or when nothing would change.
    """
    customer, mediation = mediations.locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    records.check_may(actor=actor, action="mediation.propose")
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action="mediation.propose")
    if route not in ROUTES:
        raise RefusedError("no_such_route")
    if track not in TRACKS:
        raise RefusedError("no_such_track")
    if (route, track) == (mediation.route, mediation.track):
        raise RefusedError("route_is_so_already")
    if not plain(reason):
        raise RefusedError("route_needs_reason")
    if mediation.sessions.filter(state="in_session").exists():
        raise RefusedError("mediation_in_session")
    row = RouteOverride.objects.create(
        mediation=mediation,
        customer=customer,
        route_before=mediation.route,
        route_after=route,
        track_before=mediation.track,
        track_after=track,
        reason=harmless(reason).strip(),
        changed_by=actor.staff,
        changed_at=now,
    )
    moved = route != mediation.route
    mediation.route, mediation.track = route, track
    mediation.save(update_fields=["route", "track"])
    records.append(
        customer=customer,
        kind="mediation.routed",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "route": route, "track": track, "route_before": row.route_before},
        text=row.reason,
    )
    if moved:
        _look_again(customer, mediation, now)
    derivation.derive(customer=customer, now=now)
    return row


def _look_again(customer: Customer, mediation: Mediation, now: datetime) -> None:
    """Give back the date of the other way, or the hours offered in it, and look for another one at once."""
    invitations.call_back_within(customer=customer, mediation=mediation, now=now)
    session = mediation.sessions.filter(state="scheduled").select_related("customer", "mediation").first()
    if session is not None:
        endings.close_session_within(session=session, state="cancelled", now=now)
        sessions.wait_for_another_date(session, now)
        return
    offering.close_within(mediation=mediation, state="withdrawn", now=now)
    mediation.next_try_at = now
    mediation.save(update_fields=["next_try_at"])
    wake.schedule_soon(branch_id=customer.branch_id)
