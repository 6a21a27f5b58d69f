"""Places and rooms of sessions, the ways between them, and how dates are agreed with customers."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.admin.sections import Section
from mediation.admin.base import RoomAdmin
from mediation.models import DateRule, Place, Room, SessionSpacing, Travel
from mediation.services import places


@admin.register(Place)
class PlaceAdmin(RoomAdmin[Place]):
    """Premises in which a branch's customers are received."""

    help = _(
        "Where sessions in person are held. When a place is closed, sessions announced there get another date or room."
    )
    list_display = ("code", "name_zh", "name_en", "branch", "organisation", "rooms_in_use", "active")
    list_filter = ("active", "branch")
    list_select_related = ("branch", "organisation")
    search_fields = ("code", "name_zh", "name_en", "address_zh", "address_en")
    ordering = ("code",)
    fieldsets = (
        (None, {"fields": ("code", "name_zh", "name_en", "active")}),
        (_("Where and for whom"), {"fields": ("branch", "organisation", "address_zh", "address_en", "zone")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        """Return the places with how many rooms each has."""
        active = Count("rooms", filter=Q(rooms__active=True))
        return super().get_queryset(request).annotate(active_rooms=active)

    @admin.display(description=_("rooms"), ordering="active_rooms")
    def rooms_in_use(self, row: Any) -> int:
        """Return how many rooms are in use."""
        count: int = row.active_rooms
        return count

    def write(self, request: HttpRequest, row: Place, form: Any) -> Place:
        """Create or change the place."""
        return places.save_place(row=row, actor=actor_of(request))


@admin.register(Room)
class MeetingRoomAdmin(RoomAdmin[Room]):
    """Rooms of a place; each holds one session at a time."""

    help = _("Rooms in which sessions are held, one at a time. When a room is closed its sessions get another one.")
    list_display = ("name", "place", "capacity", "video", "active")
    list_filter = ("active", "video", "place")
    list_select_related = ("place",)
    search_fields = ("name", "place__code", "place__name_zh", "place__name_en")
    ordering = ("place__code", "name")
    fields = ("place", "name", "capacity", "video", "active")

    def write(self, request: HttpRequest, row: Room, form: Any) -> Room:
        """Create or change the room."""
        return places.save_room(row=row, actor=actor_of(request))


@admin.register(Travel)
class TravelAdmin(RoomAdmin[Travel]):
    """How long the way between two places takes."""

    help = _("Minutes on the way, either way. For places not listed here the bank's minutes between two places count.")
    list_display = ("one", "other", "minutes")
    list_select_related = ("one", "other")
    search_fields = ("one__code", "one__name_zh", "other__code", "other__name_zh")
    ordering = ("one__code", "other__code")
    fields = ("one", "other", "minutes")

    def write(self, request: HttpRequest, row: Travel, form: Any) -> Travel:
        """Record the way."""
        return places.save_travel(row=row, actor=actor_of(request))


@admin.register(SessionSpacing)
class SessionSpacingAdmin(RoomAdmin[SessionSpacing]):
    """What lies between two sessions of a person: one row for the whole bank."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "Sessions found from now on keep these minutes between each other; without a row there is no pause, and 60 "
        "minutes lie between two places."
    )
    list_display = ("__str__", "buffer_minutes", "travel_minutes")
    fields = ("buffer_minutes", "travel_minutes")

    def write(self, request: HttpRequest, row: SessionSpacing, form: Any) -> SessionSpacing:
        """Save the row."""
        return places.save_spacing(row=row, actor=actor_of(request))


@admin.register(DateRule)
class DateRuleAdmin(RoomAdmin[DateRule]):
    """How the date of talks is agreed, by product and means."""

    action = "rules.write"
    section = Section.RULES
    help = _(
        "How many dates customers are offered to choose from, how long, and how often and how late they may move one. "
        "What is not listed: the bank sets the date, and the customer may move it twice, until 24 hours before."
    )
    list_display = ("product", "route", "offered", "answer_hours", "moves", "until_hours")
    ordering = ("product", "route")
    fieldsets = (
        (None, {"fields": ("product", "route")}),
        (_("Choosing"), {"fields": ("offered", "answer_hours")}),
        (_("Moving"), {"fields": ("moves", "until_hours")}),
    )

    def name_of(self, row: DateRule) -> str:
        """Return product and means in words."""
        return f"{row.get_product_display()} · {row.get_route_display()}"

    def write(self, request: HttpRequest, row: DateRule, form: Any) -> DateRule:
        """Save the rule."""
        return places.save_date_rule(row=row, actor=actor_of(request))
