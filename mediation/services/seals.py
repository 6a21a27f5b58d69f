"""Who may set an organisation's seal."""

from django.db import transaction

from collections_app.domain.staff import Role
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.models import SealAuthority


@transaction.atomic(durable=True)
def save(*, row: SealAuthority, actor: records.Actor) -> SealAuthority:
    """Save an authority to seal. Raise RefusedError when it has no term or no letter, or the person is no mediator."""
    records.check_may(actor=actor, action="admin")
    if not row.reference.strip() or row.until < row.since:
        raise RefusedError("seal_authority_without_term")
    if row.staff.role != Role.MEDIATOR:
        raise RefusedError("not_a_mediator")
    row.save()
    return row
