"""Mediators: staff with the role, tied to one organisation."""

from collections.abc import Sequence

from django.db import transaction

from collections_app.domain.staff import Role
from collections_app.models import Product, Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.domain.states import LIVE_SESSION
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
    _check(organisation_id=organisation_id, languages=languages, trained_for=trained_for)
    return Mediator.objects.create(
        staff=staff,
        organisation_id=organisation_id,
        languages=sorted(set(languages)),
        trained_for=sorted(set(trained_for)),
    )


@transaction.atomic(durable=True)
def change(
    *,
    mediator_id: int,
    organisation_id: int,
    languages: Sequence[str],
    trained_for: Sequence[str],
    active: bool,
    actor: records.Actor,
) -> Mediator:
    """Change what a mediator speaks, is trained for and belongs to, or take them off the list.

    Raise RefusedError when one with sessions ahead would leave: these are held or moved first.
    """
    records.check_may(actor=actor, action="admin")
    mediator = Mediator.objects.select_for_update().filter(id=mediator_id).first()
    if mediator is None:
        raise RefusedError("no_such_staff")
    leaves = mediator.active and (not active or mediator.organisation_id != organisation_id)
    if leaves and mediator.sessions.filter(state__in=sorted(LIVE_SESSION)).exists():
        raise RefusedError("mediator_has_sessions")
    if active or mediator.organisation_id != organisation_id:
        _check(organisation_id=organisation_id, languages=languages, trained_for=trained_for)
    mediator.organisation_id, mediator.active = organisation_id, active
    mediator.languages, mediator.trained_for = sorted(set(languages)), sorted(set(trained_for))
    mediator.save()
    return mediator


def _check(*, organisation_id: int, languages: Sequence[str], trained_for: Sequence[str]) -> None:
    if not MediationOrganisation.objects.filter(id=organisation_id, active=True).exists():
        raise RefusedError("no_such_organisation")
    if not languages or not trained_for or not set(trained_for) <= set(Product.values):
        raise RefusedError("mediator_without_training")
