"""Who sits at the table of a draft: the mediator and the bank's representative of its session."""

from collections_app.services import records
from collections_app.services.errors import NotAllowedError
from mediation.models import AgreementDraft


def check(*, draft: AgreementDraft, actor: records.Actor, holds_seal: bool = False) -> None:
    """Raise NotAllowedError for everybody but the mediator and the bank's representative of this session.

    Whoever confirms the organisation's seal alone and may set it (``holds_seal``) need not sit at the table.
    """
    session, staff = draft.session, actor.staff
    mediator_id = session.mediator.staff_id if session.mediator is not None else None
    conducts = holds_seal or (staff is not None and staff.id == mediator_id)
    action = "mediation.conduct" if conducts else "mediation.represent"
    records.check_may(actor=actor, action=action)
    if staff is None or (not holds_seal and staff.id not in {mediator_id, session.representative_id}):
        raise NotAllowedError("not_your_signature", action=action)
