"""Who sits at the table of a session: checked before anything is written behind the wall."""

from datetime import datetime

from collections_app.models import Staff
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain.sides import Side
from mediation.domain.states import LIVE_SESSION
from mediation.models import Mediation, Mediator, Session

_OVER = "mediation_ended"


def lock_session(*, session_id: int, now: datetime) -> Session:
    """Lock the record of a session and return it. Must run inside a transaction, before any other row is touched."""
    customer_id = Session.objects.filter(id=session_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_session")
    records.lock(customer_id=customer_id, now=now)
    return Session.objects.select_related("mediation", "mediator__staff", "representative").get(id=session_id)


def lock_talks(*, mediation_id: int, customer_id: int, now: datetime) -> Mediation:
    """Lock a customer's record and return their own open talks. Raise RefusedError for anybody else's."""
    records.lock(customer_id=customer_id, now=now)
    mediation = Mediation.objects.filter(id=mediation_id, customer_id=customer_id).first()
    if mediation is None:
        raise RefusedError("no_such_mediation")
    if mediation.state == "ended":
        raise RefusedError(_OVER)
    return mediation


def check_mediator(*, session: Session, actor: records.Actor) -> Mediator:
    """Return the session's mediator. Raise NotAllowedError for everybody else, RefusedError once it is over."""
    records.check_may(actor=actor, action="mediation.conduct")
    mediator = session.mediator
    if mediator is None or actor.staff is None or mediator.staff_id != actor.staff.id:
        raise NotAllowedError("not_your_session", action="mediation.conduct")
    _check_live(session)
    return mediator


def check_representative(*, session: Session, actor: records.Actor) -> Staff:
    """Return who speaks for the bank. Raise NotAllowedError for everybody else, RefusedError once it is over."""
    records.check_may(actor=actor, action="mediation.represent")
    if actor.staff is None or session.mediator is None or session.representative_id != actor.staff.id:
        raise NotAllowedError("not_your_session", action="mediation.represent")
    _check_live(session)
    return actor.staff


def _check_live(session: Session) -> None:
    if session.state not in LIVE_SESSION:
        raise RefusedError("session_over")
    if session.mediation.state == "ended":
        raise RefusedError(_OVER)


def side_of(staff: Staff | None) -> Side:
    """Return whose word it is: the bank's by its representative, else the customer's own."""
    return Side.CUSTOMER if staff is None else Side.BANK
