"""Mediation organisations."""

from django.db import transaction

from collections_app.selectors import codes
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.domain.kinds import BANK, PEOPLE
from mediation.domain.states import LIVE_SESSION
from mediation.models import MediationOrganisation, Session


@transaction.atomic(durable=True)
def create(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    registration_no: str,
    lawfully_established: bool,
    fee_free: bool,
    actor: records.Actor,
) -> MediationOrganisation:
    """Record a mediation organisation. Raise RefusedError when a people's one would charge a fee."""
    if MediationOrganisation.objects.filter(code=code).exists():
        raise RefusedError("code_taken", taken=code)
    row = MediationOrganisation(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        registration_no=registration_no,
        lawfully_established=lawfully_established,
        fee_free=fee_free,
    )
    return _write(row, actor)


@transaction.atomic(durable=True)
def save(*, row: MediationOrganisation, actor: records.Actor) -> MediationOrganisation:
    """Create or change a mediation organisation.

    Raise RefusedError when a people's one would charge a fee, or when one with sessions ahead is closed
    or said to be no longer lawfully established.
    """
    return _write(row, actor)


def _write(row: MediationOrganisation, actor: records.Actor) -> MediationOrganisation:
    records.check_may(actor=actor, action="admin")
    found = codes.seen().terms("mediation_types").get(row.kind)
    if found is None or not found.active or row.kind == BANK:
        raise RefusedError("no_such_kind_of_organisation")
    if row.kind == PEOPLE and not row.fee_free:
        raise RefusedError("people_mediation_is_free")
    ahead = Session.objects.filter(mediator__organisation_id=row.pk, state__in=sorted(LIVE_SESSION))
    if not (row.active and row.lawfully_established) and ahead.exists():
        raise RefusedError("organisation_has_sessions")
    row.full_clean()
    row.save()
    return row
