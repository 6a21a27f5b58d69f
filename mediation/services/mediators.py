"""Mediators: staff with the role, tied to one organisation."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from collections_app.domain.staff import Role
from collections_app.models import Product, Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.domain.states import LIVE_SESSION
from mediation.models import MediationOrganisation, Mediator, Training
from mediation.services.people.experts import Profile, describe


@transaction.atomic(durable=True)
def register(
    *,
    staff_id: int,
    organisation_id: int,
    languages: Sequence[str],
    trained_for: Sequence[str],
    actor: records.Actor,
    profile: Profile | None = None,
) -> Mediator:
    """Register a member of staff as a mediator of an organisation.

    ``languages`` are two-letter codes, ``trained_for`` the products of trainings whose days are not known; those with
    days are recorded by ``people.papers``. ``profile`` is what else is known of them. Raise RefusedError when the
    person's role is another: whoever works for the bank cannot mediate for it.
    """
    records.check_may(actor=actor, action="admin")
    staff = Staff.objects.select_for_update().filter(id=staff_id).first()
    if staff is None:
        raise RefusedError("no_such_staff")
    if staff.role != Role.MEDIATOR:
        raise RefusedError("not_a_mediator")
    if Mediator.objects.filter(staff=staff).exists():
        raise RefusedError("mediator_already")
    _check(organisation_id)
    if not trained_for or not set(trained_for) <= set(Product.values):
        raise RefusedError("mediator_without_training")
    row = Mediator(staff=staff, organisation_id=organisation_id)
    describe(row, replace(profile or Profile(()), languages=languages))
    row.save()
    Training.objects.bulk_create(
        [Training(staff=staff, course=course) for course in sorted(set(trained_for))], ignore_conflicts=True
    )
    return row


@transaction.atomic(durable=True)
def change(*, mediator_id: int, organisation_id: int, profile: Profile, active: bool, actor: records.Actor) -> Mediator:
    """Change what a mediator speaks, takes and belongs to, or take them off the list.

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
        _check(organisation_id)
    mediator.organisation_id, mediator.active = organisation_id, active
    describe(mediator, profile)
    mediator.save()
    return mediator


def _check(organisation_id: int) -> None:
    if not MediationOrganisation.objects.filter(id=organisation_id, active=True).exists():
        raise RefusedError("no_such_organisation")
