"""Experts: staff with the role who sit beside mediators."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from collections_app.domain.staff import Role
from collections_app.models import Branch, Staff
from collections_app.services import records
from collections_app.services.errors import RefusedError
from mediation.domain.languages import LANGUAGES
from mediation.domain.people.roles import EXPERT_ROLES, SEATED, SKILLS
from mediation.models import Expert, MediationOrganisation, Mediator


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of anybody who sits in sessions. Places and earlier work are codes of branches."""

    languages: Sequence[str]
    skills: Sequence[str] = field(default=())
    places: Sequence[str] = field(default=())
    worked_at: Sequence[str] = field(default=())
    most_a_day: int = 8
    most_a_week: int = 40


@transaction.atomic(durable=True)
def register(
    *, staff_id: int, speciality: str, organisation_id: int | None, profile: Profile, actor: records.Actor
) -> Expert:
    """Register a member of staff as an expert. Raise RefusedError when their role is another, or they are already."""
    records.check_may(actor=actor, action="admin")
    staff = Staff.objects.select_for_update().filter(id=staff_id).first()
    if staff is None:
        raise RefusedError("no_such_staff")
    if staff.role != Role.EXPERT:
        raise RefusedError("not_an_expert")
    if Expert.objects.filter(staff=staff).exists():
        raise RefusedError("expert_already")
    row = Expert(staff=staff, speciality=speciality, organisation_id=organisation_id)
    return _write(row, profile)


@transaction.atomic(durable=True)
def change(
    *,
    expert_id: int,
    speciality: str,
    organisation_id: int | None,
    profile: Profile,
    active: bool,
    actor: records.Actor,
) -> Expert:
    """Change what is known of an expert, or take them off the list.

    Raise RefusedError when one with seats ahead would leave or do something else: they are replaced first.
    """
    records.check_may(actor=actor, action="admin")
    row = Expert.objects.select_for_update().filter(id=expert_id).first()
    if row is None:
        raise RefusedError("no_such_staff")
    leaves = row.active and (not active or row.speciality != speciality)
    if leaves and row.seats.filter(live=True, state__in=SEATED).exists():
        raise RefusedError("expert_has_seats")
    row.speciality, row.organisation_id, row.active = speciality, organisation_id, active
    return _write(row, profile)


def describe(row: Mediator | Expert, profile: Profile) -> None:
    """Put a profile on a row that is then saved. Raise RefusedError for codes that there are none of."""
    branches = set(Branch.objects.values_list("code", flat=True))
    if not profile.languages or not set(profile.languages) <= set(LANGUAGES):
        raise RefusedError("no_language")
    if not set(profile.skills) <= set(SKILLS) or not {*profile.places, *profile.worked_at} <= branches:
        raise RefusedError("no_such_place_or_skill")
    if not 1 <= profile.most_a_day <= profile.most_a_week:
        raise RefusedError("takes_no_sessions")
    row.languages, row.skills = sorted(set(profile.languages)), sorted(set(profile.skills))
    row.places, row.worked_at = sorted(set(profile.places)), sorted(set(profile.worked_at))
    row.most_a_day, row.most_a_week = profile.most_a_day, profile.most_a_week


def _write(row: Expert, profile: Profile) -> Expert:
    if row.speciality not in EXPERT_ROLES:
        raise RefusedError("no_such_speciality")
    organisation = row.organisation_id
    if organisation is not None and not MediationOrganisation.objects.filter(id=organisation, active=True).exists():
        raise RefusedError("no_such_organisation")
    describe(row, profile)
    row.save()
    return row
