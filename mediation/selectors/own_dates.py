"""The date of a customer's own talks: what they may pick, what is set, and whether they may still move it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mediation.domain.route import Route
from mediation.models import Mediation, Place, Session, SlotOffer, Venue
from mediation.selectors import meetings, offers, places


@dataclass(frozen=True, slots=True)
class OwnDate:
    """What the page of a date shows. ``fixed`` is the code of why the date stays where it is, if it does.

    ``venue`` is where to come, as it was last said or booked.
    """

    session: Session | None
    pickable: Sequence[SlotOffer]
    expires_at: datetime | None
    fixed: str
    moves_left: int
    until: datetime | None
    venue: Venue | None = None

    @property
    def only_place(self) -> Place | None:
        """Where all the hours to pick from are, if that is one place."""
        places = {offer.room.place for offer in self.pickable if offer.room}
        return places.pop() if len(places) == 1 else None


def read(mediation: Mediation, *, now: datetime) -> OwnDate:
    """Return the date of talks as their customer sees it now."""
    rows = mediation.sessions.select_related("room__place", "mediator__staff", "mediator__organisation")
    session = rows.filter(state__in=["scheduled", "in_session"]).first()
    policy = places.date_policy(mediation)
    if session is None:
        open_ones = SlotOffer.objects.filter(mediation=mediation, state="open", expires_at__gt=now)
        return OwnDate(
            session=None,
            pickable=offers.pickable(mediation, now=now),
            expires_at=open_ones.values_list("expires_at", flat=True).first(),
            fixed="",
            moves_left=0,
            until=None,
        )
    moved = mediation.sessions.filter(closed_because="customer_moved").count()
    fixed = policy.still_open(moved=moved, starts_at=session.starts_at, now=now)
    return OwnDate(
        session=session,
        pickable=[],
        expires_at=None,
        fixed=fixed if session.state == "scheduled" else "session_begun_already",
        moves_left=max(0, policy.moves - moved),
        until=session.starts_at - timedelta(hours=policy.until_hours),
        venue=meetings.venue_of(session) if session.mode == Route.MEETING else None,
    )
