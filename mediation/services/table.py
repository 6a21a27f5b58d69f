"""Who sits at the table of a draft: the mediator and the bank's representative of its session."""

from collections_app.services import records
from collections_app.services.errors import NotAllowedError
from mediation.models import AgreementDraft


def check(*, draft: AgreementDraft, actor: records.Actor) -> None:
    """Raise NotAllowedError for everybody but the mediator and the bank's representative of this session."""
    session, staff = draft.session, actor.staff
    mediator_id = session.mediator.staff_id if session.mediator is not None else None
    action = "mediation.conduct" if staff is not None and staff.id == mediator_id else "mediation.represent"
    records.check_may(actor=actor, action=action)
    if staff is None or staff.id not in {mediator_id, session.representative_id}:
        raise NotAllowedError("not_your_signature", action=action)
