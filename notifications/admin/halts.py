"""The kill switch of messages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReasonActionForm, ServiceAdmin, staff_of
from collections_app.admin.sections import Section
from collections_app.services import clock
from notifications.domain.kinds import KIND_TERMS
from notifications.forms.halt import HaltForm
from notifications.models import SendingHalt
from notifications.providers.registry import name_of
from notifications.services import halts


@admin.display(description=_("what is halted"))
def covered(row: SendingHalt) -> str:
    """Return the provider, the kind and the branch a halt names, or that it covers everything."""
    language = get_language() or "zh"
    kind = KIND_TERMS[row.kind].text(language) if row.kind in KIND_TERMS else row.kind
    provider = name_of(row.provider, language) if row.provider else ""
    return " · ".join(filter(None, (provider, kind, str(row.branch or "")))) or gettext("All messages")


@admin.register(SendingHalt)
class SendingHaltAdmin(ServiceAdmin[SendingHalt]):
    """Halts that were begun, by whom and why, and when they were ended."""

    section = Section.MESSAGES
    help = _("Adding a halt stops messages at once; what waits stays waiting until the halt is ended.")
    may_change = False
    form = HaltForm
    fields = ("provider", "kind", "branch", "reason")
    list_display = (covered, "reason", "begun_by", "begun_at", "ended_by", "ended_at", "end_reason")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    list_select_related = ("branch", "begun_by", "ended_by")
    ordering = ("-begun_at", "-pk")
    action_form = ReasonActionForm
    actions = ("end",)

    def name_of(self, row: SendingHalt) -> str:
        """Return what it covers."""
        return covered(row)

    def write(self, request: HttpRequest, row: SendingHalt, form: object) -> SendingHalt:
        """Begin the halt."""
        return halts.begin(
            provider=row.provider,
            kind=row.kind,
            branch=row.branch,
            reason=row.reason,
            by=staff_of(request),
            now=clock.now(),
        )

    @admin.action(description=_("End the halt"))
    def end(self, request: HttpRequest, queryset: QuerySet[SendingHalt]) -> None:
        """End each chosen halt, for the reason that was typed beside the action."""
        reason = request.POST.get("reason", "")
        self.run_action(
            request,
            queryset,
            lambda row: halts.end(halt_id=row.pk, reason=reason, by=staff_of(request), now=clock.now()),
            done=gettext("is over; messages go on"),
            logged="resumed",
            reason=reason,
        )
