"""Money that does not match its order: held until somebody knows what it was for."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReasonActionForm, ServiceAdmin, actor_of
from collections_app.admin.columns import customer_link, yuan
from collections_app.admin.sections import Section
from collections_app.selectors import records, walls
from collections_app.services import clock
from repayment.domain.payments import PaymentState
from repayment.models import HeldPayment
from repayment.services import identifying

ordered = yuan("amount_fen", _("ordered"))
arrived = yuan("arrived_fen", _("arrived"))


@admin.display(description=_("account"))
def account(row: HeldPayment) -> str:
    """Return the product and the last four signs of the account."""
    return f"{row.account.get_product_display()} {row.account.tail}"


@admin.register(HeldPayment)
class HeldPaymentAdmin(ServiceAdmin[HeldPayment]):
    """Held payments, the oldest first. They end by the action, or when the gateway sends them back."""

    action = "payment.identify"
    section = Section.RUNNING
    may_add = may_change = False
    help = _(
        "What arrived is not what was ordered. Find out why, choose the row, write what it was, and book it to the "
        "account of the order; what was meant for somebody else is sent back at the gateway instead."
    )
    list_display = ("created_at", "reference", "gateway", customer_link, account, ordered, arrived)
    fields: ClassVar[Any] = (
        ("reference", "gateway", "gateway_reference"),
        (customer_link, account),
        (ordered, arrived, "currency"),
        ("created_at", "settled_at"),
    )
    readonly_fields: ClassVar[Any] = (customer_link, account, ordered, arrived)
    list_filter = ("gateway",)
    list_select_related = ("customer", "account")
    ordering = ("created_at", "id")
    action_form = ReasonActionForm
    actions = ("identify",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeldPayment]:
        """Return what is held of the customers in the person's scope."""
        staff = actor_of(request).staff
        rows = super().get_queryset(request).filter(state=PaymentState.UNIDENTIFIED)
        if staff is None:
            return rows.none()
        return walls.outside_by(rows.filter(customer__in=records.scoped(staff, now=clock.now())), staff, "customer")

    def write(self, request: HttpRequest, row: HeldPayment, form: Any) -> HeldPayment:
        """Refuse: it is booked by the action, with what was found out."""
        raise PermissionDenied

    @admin.action(description=_("Book to the account, for the reason given"))
    def identify(self, request: HttpRequest, queryset: QuerySet[HeldPayment]) -> None:
        """Book each chosen payment to the account of its order."""
        self.run_action(
            request,
            queryset,
            lambda row: identifying.identify(
                payment_id=row.pk, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
            ),
            done=gettext("booked to its account"),
            logged="identified",
        )
