"""Mediators and experts."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.columns import words_of
from mediation.admin.base import RoomAdmin
from mediation.domain.languages import LANGUAGES
from mediation.domain.people.roles import COURSES, SKILLS
from mediation.forms.mediator import ExpertForm, MediatorForm, profile_of
from mediation.models import Expert, Mediator
from mediation.services import mediators
from mediation.services.people import experts

_TYPED = ("languages", "skills", "places", "worked_at", "most_a_day", "most_a_week")
_READ = ("speaks", "can", "places", "worked_at", "most_a_day", "most_a_week", "active")


class _PersonAdmin(RoomAdmin[Any]):
    """What the pages of mediators and experts share."""

    list_filter: ClassVar[tuple[str, ...]] = ("active", "organisation")
    list_select_related = ("staff", "organisation")
    search_fields = ("staff__username", "staff__display_name", "staff__display_name_en")
    ordering = ("staff__username",)
    first: ClassVar[tuple[str, ...]] = ()

    @admin.display(description=_("languages"))
    def speaks(self, row: Any) -> str:
        """Return the languages in words."""
        return words_of(row.languages, LANGUAGES)

    @admin.display(description=_("skills"))
    def can(self, row: Any) -> str:
        """Return the skills in words."""
        return words_of(row.skills, SKILLS)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the person once registered: another person is another row."""
        return ("staff",) if obj is not None and self.has_change_permission(request, obj) else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is typed, or for who only reads, what it says in words."""
        if obj is not None and not self.has_change_permission(request, obj):
            return (*self.first, *_READ)
        return (*self.first, *_TYPED, "active") if obj is not None else (*self.first, *_TYPED)


@admin.register(Mediator)
class MediatorAdmin(_PersonAdmin):
    """People who mediate for an organisation."""

    help = _(
        "People with the mediator's role, each for one organisation. Their hours are under weekly session hours; "
        "who has sessions ahead cannot be taken off the list. What they may mediate is under trainings."
    )
    form = MediatorForm
    list_display = ("staff", "organisation", "speaks", "trained", "active")
    first = ("staff", "organisation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mediator]:
        """Return the mediators with their trainings."""
        return super().get_queryset(request).prefetch_related("staff__trainings")

    @admin.display(description=_("trained for"))
    def trained(self, row: Mediator) -> str:
        """Return the courses in words, whether in force or not."""
        return words_of(sorted({training.course for training in row.staff.trainings.all()}), COURSES)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask for the trainings without days when somebody is registered."""
        fields = super().get_fields(request, obj)
        return fields if obj is not None else (*fields, "trained_for")

    def write(self, request: HttpRequest, row: Mediator, form: Any) -> Mediator:
        """Register the mediator or change what is known of them."""
        said = form.cleaned_data
        if row._state.adding:
            return mediators.register(
                staff_id=said["staff"].pk,
                organisation_id=said["organisation"].pk,
                languages=said["languages"],
                trained_for=said["trained_for"],
                profile=profile_of(said),
                actor=actor_of(request),
            )
        return mediators.change(
            mediator_id=row.pk,
            organisation_id=said["organisation"].pk,
            profile=profile_of(said),
            active=said["active"],
            actor=actor_of(request),
        )


@admin.register(Expert)
class ExpertAdmin(_PersonAdmin):
    """Legal counsel, financial experts, psychologists, interpreters."""

    help = _(
        "People with the expert's role who sit beside mediators when a case asks for it. They see their own sessions "
        "and nothing else of a record; without a qualification in force nobody asks them."
    )
    form = ExpertForm
    list_display = ("staff", "speciality", "organisation", "speaks", "active")
    list_filter = ("active", "speciality", "organisation")
    first = ("staff", "speciality", "organisation")

    def write(self, request: HttpRequest, row: Expert, form: Any) -> Expert:
        """Register the expert or change what is known of them."""
        said = form.cleaned_data
        organisation = said["organisation"].pk if said["organisation"] else None
        if row._state.adding:
            return experts.register(
                staff_id=said["staff"].pk,
                speciality=said["speciality"],
                organisation_id=organisation,
                profile=profile_of(said),
                actor=actor_of(request),
            )
        return experts.change(
            expert_id=row.pk,
            speciality=said["speciality"],
            organisation_id=organisation,
            profile=profile_of(said),
            active=said["active"],
            actor=actor_of(request),
        )
