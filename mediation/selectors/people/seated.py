"""Who sits in the panel of a session at this moment: they may enter it, and read what their role reads."""

from django.db.models import QuerySet

from collections_app.domain.staff import Role
from collections_app.models import Staff
from collections_app.selectors import walls
from mediation.models import PanelSeat, Session


def panel_seat(*, session: Session, staff: Staff) -> PanelSeat | None:
    """Return the seat in which an expert sits in a session now, or None.

    They sit from accepting until the session is over, the seat is given to another, or they are recused from the
    record, by whatever way.
    """
    return sitting(staff).filter(session=session).first()


def kept_away(*, session: Session, staff: Staff) -> bool:
    """Return whether somebody is recused from the record of a session, or it is walled from them.

    Whoever that becomes after the date was announced reads nothing from then on. A query only where a wall stands.
    """
    customer = session.customer
    return staff.pk in customer.recused_staff or (
        customer.walled and walls.is_walled(staff=staff, customer_id=customer.pk)
    )


def sitting(staff: Staff) -> QuerySet[PanelSeat]:
    """Return the seats in which an expert sits now."""
    rows = PanelSeat.objects.filter(expert__staff=staff, expert__active=True, state="accepted", live=True)
    if not staff.is_active or staff.role != Role.EXPERT:
        return rows.none()
    rows = rows.exclude(customer__recused_staff__contains=[staff.pk])
    return walls.outside_by(rows, staff, "customer")


def panel_of(session: Session) -> list[PanelSeat]:
    """Return who has accepted a seat in the session, in the order of the seats."""
    rows = PanelSeat.objects.filter(session=session, state="accepted", live=True)
    return list(rows.select_related("expert__staff"))
