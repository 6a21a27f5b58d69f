"""Which sessions a person sees, by day, and one of them."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from collections_app.domain.staff import Role
from collections_app.models import Account, Contact, Staff
from collections_app.selectors import walls
from mediation.models import Position, Session

BANK_ZONE = ZoneInfo("Asia/Shanghai")


class NoSuchSessionError(LookupError):
    """There is no such session, or it is none of this person's: both look the same."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the list: its sessions on this page in order, and how many it has in all."""

    on: date
    sessions: list[Session]
    number: int


def own(staff: Staff) -> QuerySet[Session]:
    """Return the sessions a person holds or represents the bank in; nobody else's, whatever their scope.

    None of a record that is walled from them by now, or that they are recused from.
    """
    rows = Session.objects.select_related(
        "customer", "mediation__account", "mediator__staff", "mediator__organisation", "representative", "room__place"
    )
    if not staff.is_active:
        return rows.none()
    rows = walls.outside_by(rows, staff, "customer").exclude(customer__recused_staff__contains=[staff.pk])
    if staff.role == Role.MEDIATOR:
        return rows.filter(mediator__staff=staff)
    if staff.role == Role.NEGOTIATOR:
        return rows.filter(representative=staff)
    return rows.none()


def access_session(*, staff: Staff, session_id: int) -> Session:
    """Return one of a person's own sessions. Raise NoSuchSessionError for any other."""
    session = own(staff).filter(id=session_id).first()
    if session is None:
        raise NoSuchSessionError(session_id)
    return session


def positions_of(session: Session) -> list[Position]:
    """Return what both parties filed before the session."""
    return list(
        Position.objects.filter(mediation_id=session.mediation_id).select_related("filed_by").prefetch_related("papers")
    )


def account_of(session: Session) -> Account:
    """Return the account in dispute as it stands now."""
    return Account.objects.get(id=session.mediation.account_id)


def last_dialled(*, session: Session, staff: Staff) -> str:
    """Return the number this person was last given to call the customer into a session, or an empty text."""
    calls = Contact.objects.filter(customer_id=session.customer_id, staff=staff, channel="voice", purpose="invite")
    last = calls.select_related("contact_point").order_by("-id").first()
    return last.contact_point.value if last and last.contact_point else ""
