"""Mediators: staff with the role, tied to one organisation."""

from collections.abc import Sequence

from django.db import transaction

from collections_app.domain.staff import Role
from collections_app.models import Product, Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.models import MediationOrganisation, Mediator


@transaction.atomic(durable=True)
def register(
    *,
    staff_id: int,
    organisation_id: int,
    languages: Sequence[str],
    trained_for: Sequence[str],
    actor: records.Actor,
) -> Mediator:
    """Register a member of staff as a mediator of an organisation.

    ``languages`` are two-letter codes, ``trained_for`` product codes. Raise RefusedError when the person's
    role is another: whoever works for the bank cannot mediate for it.
    """
    records.check_may(actor=actor, action="admin")
    staff = Staff.objects.select_for_update().filter(id=staff_id).first()
    if staff is None:
        raise RefusedError("no_such_staff")
    if staff.role != Role.MEDIATOR:
        raise RefusedError("not_a_mediator")
    if Mediator.objects.filter(staff=staff).exists():
        raise RefusedError("mediator_already")
    if not MediationOrganisation.objects.filter(id=organisation_id, active=True).exists():
        raise RefusedError("no_such_organisation")
    if not languages or not trained_for or not set(trained_for) <= set(Product.values):
        raise RefusedError("mediator_without_training")
    return Mediator.objects.create(
        staff=staff,
        organisation_id=organisation_id,
        languages=sorted(set(languages)),
        trained_for=sorted(set(trained_for)),
    )
