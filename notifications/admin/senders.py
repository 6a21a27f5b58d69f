"""The ways to customers' handsets, and whether each is stopped."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ServiceAdmin, staff_of
from collections_app.admin.sections import Section
from collections_app.services import clock
from notifications.models import SenderState
from notifications.services import senders


@admin.register(SenderState)
class SenderStateAdmin(ServiceAdmin[SenderState]):
    """Senders that were stopped because the provider refuses everything; resumed once that is mended."""

    section = Section.MESSAGES
    help = _("A sender stops by itself when its provider refuses everything. Resume it once that is mended.")
    may_add = False
    may_change = False
    list_display = ("provider", "stopped", "reason", "since")
    list_filter = ("stopped",)
    ordering = ("provider",)
    actions = ("resume",)

    def write(self, request: HttpRequest, row: SenderState, form: object) -> SenderState:
        """Return the row: a sender is resumed by the action, never edited."""
        return row

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
