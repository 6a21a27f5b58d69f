"""What gateways have settled, and where they differ from the books until somebody has explained it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, ReasonActionForm, ServiceAdmin, actor_of
from collections_app.admin.columns import yuan
from collections_app.admin.sections import Section
from collections_app.services import clock
from repayment.models import SettlementDifference, SettlementFile
from repayment.services import settlement

ours = yuan("ours_fen", _("booked here"))
theirs = yuan("theirs_fen", _("settled by the gateway"))


@admin.register(SettlementFile)
class SettlementFileAdmin(ReadOnlyAdmin[SettlementFile]):
    """Settlement files, newest first."""

    action = "settlement.explain"
    section = Section.RUNNING
    help = _(
        "Settlement files of payment gateways. Operations take each in once by command; the same file again changes "
        "nothing."
    )
    list_display = ("taken_in_at", "gateway", "name", "lines_read", "first_at", "last_at")
    fields: ClassVar[Any] = list_display
    readonly_fields: ClassVar[Any] = fields
    list_filter = ("gateway",)
    ordering = ("-taken_in_at", "-id")


@admin.display(description=_("payment"))
def payment(row: SettlementDifference) -> str:
    """Return our reference of the payment, or the one the gateway names."""
    if row.payment is not None:
        return row.payment.reference
    return row.line.reference if row.line is not None else "—"


@admin.register(SettlementDifference)
class SettlementDifferenceAdmin(ServiceAdmin[SettlementDifference]):
    """Differences, the open ones first. They end by themselves when the books agree, else with an explanation."""

    action = "settlement.explain"
    section = Section.RUNNING
    may_add = may_change = False
    help = _(
        "Where a gateway's settlement and the books differ. Find out why, choose the row, write what it was, and end "
        "it."
    )
    list_display = ("opened_at", "gateway", "kind", payment, ours, theirs, "ended_at", "explanation")
    fields: ClassVar[Any] = (
        ("gateway", "kind"),
        payment,
        (ours, theirs),
        ("opened_at", "ended_at"),
        ("explained_by", "explanation"),
    )
    readonly_fields: ClassVar[Any] = (payment, ours, theirs)
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "kind", "gateway")
    list_select_related = ("payment", "line", "explained_by")
    ordering = ("ended_at", "-opened_at", "-id")
    action_form = ReasonActionForm
    actions = ("explain",)

    def write(self, request: HttpRequest, row: SettlementDifference, form: Any) -> SettlementDifference:
        """Refuse: a difference ends by the action, with its explanation."""
        raise PermissionDenied

    @admin.action(description=_("End with the reason given"))
    def explain(self, request: HttpRequest, queryset: QuerySet[SettlementDifference]) -> None:
        """End each chosen difference with what was written."""
        self.run_action(
            request,
            queryset,
            lambda row: settlement.explain(
                difference_id=row.pk,
                explanation=request.POST.get("reason", ""),
                actor=actor_of(request),
                now=clock.now(),
            ),
            done=gettext("ended with its explanation"),
            logged="explained",
        )
