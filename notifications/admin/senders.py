"""The ways to customers' handsets: how fast each takes messages, its share, and every shift between them."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, ServiceAdmin, staff_of
from collections_app.admin.sections import Section
from collections_app.domain.details import value_text
from collections_app.services import clock
from notifications.forms.senders import RouteForm, SenderForm
from notifications.models import SenderRoute, SenderShift, SenderState
from notifications.services import senders


@admin.register(SenderState)
class SenderStateAdmin(ServiceAdmin[SenderState]):
    """How fast each sender goes; resumed here when it was stopped because its provider refuses everything."""

    section = Section.MESSAGES
    help = _("A sender stops by itself when its provider refuses everything. Resume it once that is mended.")
    form = SenderForm
    list_display = ("provider", "stopped", "reason", "since", "avoided_until", "per_second", "parallel")
    list_filter = ("stopped",)
    ordering = ("provider",)
    actions = ("resume",)

    def write(self, request: HttpRequest, row: SenderState, form: object) -> SenderState:
        """Save how fast it takes messages."""
        return senders.save_pace(state=row, by=staff_of(request), now=clock.now())

    @admin.action(description=_("Resume"))
    def resume(self, request: HttpRequest, queryset: QuerySet[SenderState]) -> None:
        """Let each chosen sender send again."""
        self.run_action(
            request,
            queryset,
            lambda row: senders.resume(provider=row.provider, by=staff_of(request), now=clock.now()),
            done=gettext("is sending again"),
            logged="resumed",
        )


@admin.register(SenderRoute)
class SenderRouteAdmin(ServiceAdmin[SenderRoute]):
    """What share of a branch's or a country's messages each provider carries."""

    section = Section.MESSAGES
    help = _("Without routes a branch's messages leave by its own provider. The narrowest route counts.")
    form = RouteForm
    list_display = ("provider", "branch", "country", "weight")
    list_select_related = ("branch",)
    ordering = ("branch", "country", "provider")
    actions = ("take_back",)

    def write(self, request: HttpRequest, row: SenderRoute, form: object) -> SenderRoute:
        """Save the share."""
        return senders.save_route(route=row, by=staff_of(request))

    @admin.action(description=_("Take back"))
    def take_back(self, request: HttpRequest, queryset: QuerySet[SenderRoute]) -> None:
        """Take each chosen share away."""
        self.run_action(
            request,
            queryset,
            lambda row: senders.remove_route(route_id=row.pk, by=staff_of(request)),
            done=gettext("is no longer a route"),
            logged="taken_back",
        )


@admin.register(SenderShift)
class SenderShiftAdmin(ReadOnlyAdmin[SenderShift]):
    """Every change of what a provider is used for, by the machine or a person."""

    section = Section.MESSAGES
    help = _("A provider that fails or is slow is avoided for some minutes while there is another.")
    list_display = ("at", "provider", "change", "why", "calls", "errors", "mean_ms", "by")
    list_filter = ("change", "provider")
    fields = ("at", "provider", "change", "why", "calls", "errors", "mean_ms", "by")
    readonly_fields = ("why",)
    list_select_related = ("by",)
    ordering = ("-at", "-pk")

    @admin.display(description=_("reason"))
    def why(self, row: SenderShift) -> str:
        """Return why a provider's use was changed, in words."""
        return value_text("reason", row.reason, get_language() or "zh")

    def name_of(self, row: SenderShift) -> str:
        """Return the provider and what was changed."""
        return f"{row.provider} · {row.get_change_display()}"
