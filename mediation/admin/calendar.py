"""When mediators and the bank's representatives take sessions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.domain.staff import Role
from collections_app.services import clock
from mediation.admin.base import RoomAdmin
from mediation.forms.calendar import AbsenceForm, SessionWeekForm, week_words
from mediation.models import Absence, SessionWeek
from mediation.services import availability


@admin.register(SessionWeek)
class SessionWeekAdmin(RoomAdmin[SessionWeek]):
    """The weekly hours of everybody who holds sessions."""

    help = _("The scheduler books sessions in these hours only. Sessions already announced stay where they are.")
    may_add = False
    form = SessionWeekForm
    list_display = ("username", "person", "role", "week")
    list_filter = ("role",)
    search_fields = ("username", "display_name", "display_name_en")
    ordering = ("username",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SessionWeek]:
        """Return mediators, experts and representatives who work here, with their hours."""
        holders = (
            super().get_queryset(request).filter(role__in=[Role.MEDIATOR, Role.NEGOTIATOR, Role.EXPERT], is_active=True)
        )
        return holders.prefetch_related("availability")

    @admin.display(description=_("name"), ordering="display_name")
    def person(self, row: SessionWeek) -> str:
        """Return the name in the reader's language."""
        return row.name

    @admin.display(description=_("hours"))
    def week(self, row: SessionWeek) -> str:
        """Return the week in words."""
        return week_words(row.availability.all()) or gettext("none: takes no sessions")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the person and one box for each day, or for who only reads, the week in words."""
        if self.has_change_permission(request, obj):
            return ["person", *SessionWeekForm(instance=obj).fields]
        return ["person", "role", "week"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is shown of the person."""
        return ("person", "role", "week")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which makes a box for each day itself."""
        if self.has_change_permission(request, obj):
            kwargs["fields"] = None
        return super().get_form(request, obj, change=change, **kwargs)

    def write(self, request: HttpRequest, row: SessionWeek, form: Any) -> SessionWeek:
        """Replace the person's week."""
        availability.set_weekly(
            staff_id=row.pk, hours=form.hours, zone=form.cleaned_data["zone"], actor=actor_of(request)
        )
        return row


@admin.register(Absence)
class AbsenceAdmin(RoomAdmin[Absence]):
    """Leave, illness and training of those who hold sessions."""

    help = _("Stretches in which somebody takes no session. Those already announced are moved by the room itself.")
    may_change = False
    form = AbsenceForm
    list_display = ("staff", "begins", "ends")
    fields = ("staff", "starts_at", "ends_at")
    list_filter = (("staff", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("staff",)
    search_fields = ("staff__username", "staff__display_name", "staff__display_name_en")
    ordering = ("-during",)
    actions = ("take_back",)

    @admin.display(description=_("begins"), ordering="during")
    def begins(self, row: Absence) -> str:
        """Return when it begins."""
        return _moment(row.starts_at)

    @admin.display(description=_("ends"))
    def ends(self, row: Absence) -> str:
        """Return when it ends."""
        return _moment(row.ends_at)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is typed of a new one, or what there is to read."""
        return self.fields if obj is None else ("staff", "begins", "ends")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what nobody types."""
        return () if obj is None else ("begins", "ends")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which has its own boxes for begin and end."""
        kwargs["fields"] = ["staff"]
        return super().get_form(request, obj, change=change, **kwargs)

    def write(self, request: HttpRequest, row: Absence, form: Any) -> Absence:
        """Record the absence."""
        said = form.cleaned_data
        written = availability.add_absence(
            staff_id=said["staff"].pk,
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
            actor=actor_of(request),
        )
        row.during = written.during
        return written

    @admin.action(description=_("Take back: the person can be booked again"))
    def take_back(self, request: HttpRequest, queryset: QuerySet[Absence]) -> None:
        """Remove each chosen absence that is not over."""
        actor = actor_of(request)
        self.run_action(
            request,
            queryset.filter(during__endswith__gt=clock.now()),
            lambda row: availability.remove_absence(absence_id=row.pk, actor=actor),
            done=gettext("can be booked again"),
            logged="taken_back",
        )


def _moment(at: Any) -> str:
    here = timezone.localtime(at)
    return f"{date_format(here, 'DATE_FORMAT')} {here:%H:%M}"
