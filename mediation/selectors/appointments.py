"""Sessions as entries of the calendars of the customer, of whoever holds them, and of the bank's representative."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from collections_app.domain.staff import Role
from collections_app.models import Institution, Staff
from collections_app.selectors import walls
from mediation.domain.appointments import Appointment, sequence_of
from mediation.domain.kinds import KINDS
from mediation.domain.route import Route
from mediation.models import CalendarFeed, PanelSeat, Session
from mediation.selectors.sessions import BANK_ZONE, NoSuchSessionError, own

# How far back a calendar that is read again and again reaches; who moved a session further back has forgotten it.
BACK = timedelta(days=60)


def for_customer(session: Session) -> Appointment:
    """Return a session as the customer keeps it: no word in it says that it is about a debt."""
    return _appointment(
        session,
        zone=session.customer.time_zone,
        summary=_("Appointment"),
        description=_("An appointment with us. Sign in yourself to see it, or call %(hotline)s.")
        % {"hotline": _institution().hotline},
        attendee=_nameless("customers", session.customer_id),
    )


def for_staff(session: Session, staff: Staff, *, language: str) -> Appointment:
    """Return a session as one of the staff keeps it: the kind of talks and the number of the record, no name.

    An expert, who sees no record, reads the number of the session.
    """
    kind, expert = KINDS[session.mediation.kind].text(language), staff.role == Role.EXPERT
    page = f"{settings.DESK_URL}/mediation/session/{session.id}/"
    return _appointment(
        session,
        zone=str(BANK_ZONE),
        summary=f"{kind} {session.id if expert else session.customer.customer_no}",
        description=f"{page}seat/" if expert else page,
        attendee=f"mailto:{staff.email}" if staff.email else _nameless("staff", staff.pk),
    )


def latest_of(*, customer_id: int, mediation_id: int) -> Session | None:
    """Return the session of a customer's own talks that their calendar should show: the last one there was."""
    return _rows().filter(customer=customer_id, mediation=mediation_id).order_by("-id").first()


def of_feed(token_hash: str, *, now: datetime) -> tuple[Staff, list[Session]] | None:
    """Return whose address it is and their sessions from sixty days ago on; None for one that was ended."""
    feed = CalendarFeed.objects.select_related("staff").filter(token_hash=token_hash, revoked_at__isnull=True).first()
    if feed is None or not feed.staff.is_active:
        return None
    rows = in_calendar_of(feed.staff).filter(during__endswith__gt=now - BACK)
    latest: dict[int, Session] = {}
    # One entry for each talks, which the last session there was of them in this person's hands decides.
    rows = rows.select_related("room__place").prefetch_related("venues", "mediation__sessions__venues")
    for row in rows.order_by("id"):
        latest[row.mediation_id] = row
    return feed.staff, list(latest.values())


def in_calendar_of(staff: Staff) -> QuerySet[Session]:
    """Return the sessions that stand in a person's calendar: those they hold, or sit in as an expert who has accepted.

    Also when they were called off since: the entry then says so.
    """
    if staff.role != Role.EXPERT or not staff.is_active:
        return own(staff)
    seats = PanelSeat.objects.filter(session=OuterRef("pk"), expert__staff=staff, state="accepted")
    rows = walls.outside_by(_rows().filter(Exists(seats)), staff, "customer")
    return rows.exclude(customer__recused_staff__contains=[staff.pk])


def access_entry(*, staff: Staff, session_id: int) -> Session:
    """Return a session of a person's calendar. Raise NoSuchSessionError for any other."""
    found = in_calendar_of(staff).filter(id=session_id).first()
    if found is None:
        raise NoSuchSessionError(session_id)
    return found


def live_feed(staff: Staff) -> CalendarFeed | None:
    """Return the address a person has now."""
    return CalendarFeed.objects.filter(staff=staff, revoked_at__isnull=True).first()


def _rows() -> QuerySet[Session]:
    return Session.objects.select_related("customer", "mediation", "room__place", "mediator__staff", "representative")


def _institution() -> Institution:
    return Institution.objects.order_by("id").first() or Institution()


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


def _nameless(whose: str, key: int) -> str:
    """Return an address for somebody who has none, and that names nobody."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{_host()}/{whose}/{key}')}"


def _appointment(session: Session, *, zone: str, summary: str, description: str, attendee: str) -> Appointment:
    # A feed has asked for all of its own at once; one entry asks here, for however many dates there were.
    prefetch_related_objects([session], "mediation__sessions__venues")
    rows = list(session.mediation.sessions.all())
    stated = sum(len(row.venues.all()) for row in rows if row.id <= session.id)
    return Appointment(
        uid=f"talks-{session.mediation_id}@{_host()}",
        sequence=sequence_of(sessions=[row.id for row in rows], session=session.id, state=session.state, places=stated),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=zone,
        summary=summary,
        description=description,
        location=_location(session),
        organiser=f"mailto:{settings.MESSAGES_EMAIL_FROM or f'noreply@{_host()}'}",
        organiser_name=_institution().name,
        attendee=attendee,
        cancelled=session.state == "cancelled",
        changed_at=session.closed_at or session.opened_at or session.scheduled_at,
    )


def _location(session: Session) -> str:
    """Return where to come, as it was last said by hand or booked: without the name of whose premises it is."""
    said = max(session.venues.all(), key=lambda row: row.pk, default=None)
    if said is not None and session.mode == Route.MEETING:
        return f"{said.address} {said.room}".strip()
    if session.room is None:
        return ""
    return f"{session.room.place.address} {session.room.name}"
