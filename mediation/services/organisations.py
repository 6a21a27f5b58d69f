"""Mediation organisations."""

from django.db import transaction

from collections_app.selectors import codes
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.domain.kinds import BANK, PEOPLE
from mediation.models import MediationOrganisation


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
    records.check_may(actor=actor, action="admin")
    found = codes.seen().terms("mediation_types").get(kind)
    if found is None or not found.active or kind == BANK:
        raise RefusedError("no_such_kind_of_organisation")
    if kind == PEOPLE and not fee_free:
        raise RefusedError("people_mediation_is_free")
    if MediationOrganisation.objects.filter(code=code).exists():
        raise RefusedError("code_taken", taken=code)
    return MediationOrganisation.objects.create(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        registration_no=registration_no,
        lawfully_established=lawfully_established,
        fee_free=fee_free,
    )
