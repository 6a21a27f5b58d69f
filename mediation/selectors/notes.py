"""The wall (G9): the one place that reads notes of a session."""

from django.db.models import QuerySet

from collections_app.domain.staff import Role
from collections_app.models import Staff
from mediation.models import MediationNote, Session


class BehindTheWallError(PermissionError):
    """Whoever asks is not the mediator of the session."""


def notes_of(*, session: Session, staff: Staff) -> QuerySet[MediationNote]:
    """Return the notes of a session to its mediator. Raise BehindTheWallError for everybody else.

    Not a collector, supervisor, service agent, auditor or administrator, and no other mediator.
    """
    mediator = session.mediator
    if not (staff.is_active and staff.role == Role.MEDIATOR and mediator is not None and mediator.staff_id == staff.id):
        raise BehindTheWallError(session.id)
    return MediationNote.objects.filter(session=session, author=mediator)
