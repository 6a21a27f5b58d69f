"""A session in person: its place, who came, its minutes and papers, each as it was last stated."""

from mediation.models import Attendance, Session, SessionPaper, Venue


def venue_of(session: Session) -> Venue | None:
    """Return where a session is held: as it was last said by hand, else the room it is booked into."""
    said = session.venues.order_by("-id").first()
    if said is not None or session.room is None:
        return said
    place = session.room.place
    return Venue(session=session, name=place.name, address=place.address, room=session.room.name)


def has_minutes(session: Session) -> bool:
    """Return whether minutes were written; ``selectors/wall`` reads them."""
    return session.minutes.exists()


def came_to(session: Session) -> list[Attendance]:
    """Return who came, in the order they did."""
    return list(session.attendances.select_related("staff", "checked_by"))


def papers_of(session: Session) -> list[SessionPaper]:
    """Return the papers signed by hand."""
    return list(session.papers.select_related("added_by"))


def held_in_person(*, mediation_id: int) -> Session | None:
    """Return the last session in person of some talks, or None."""
    rows = Session.objects.filter(mediation_id=mediation_id, mode="meeting").exclude(state="cancelled")
    people = (
        "mediation__account",
        "mediator__staff",
        "mediator__organisation",
        "representative",
        "customer__branch",
        "room__place",
    )
    return rows.select_related(*people).order_by("-id").first()
