"""Payments by customers, and what gateways told about them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.columns import customer_link, yuan
from collections_app.admin.records import RecordRowsAdmin
from collections_app.domain.masking import address as masked_address
from collections_app.domain.staff import Scope
from repayment.models import GatewayNotice, Payment

amount = yuan("amount_fen", _("amount"))


@admin.display(description=_("account"))
def account(row: Payment) -> str:
    """Return the product and the last four signs of the account."""
    return f"{row.account.get_product_display()} {row.account.tail}"


@admin.register(Payment)
class PaymentAdmin(RecordRowsAdmin[Payment]):
    """Payments, newest first."""

    help = _("Payments customers began on their own page, and what became of each.")
    list_display = ("created_at", "reference", customer_link, account, amount, "purpose", "state", "gateway")
    fields: ClassVar[Any] = (
        ("reference", "gateway", "gateway_reference"),
        (customer_link, account),
        (amount, "currency", "purpose"),
        ("state", "failure"),
        ("created_at", "expires_at", "settled_at"),
        "version_seen",
    )
    readonly_fields: ClassVar[Any] = (customer_link, account, amount)
    also_found_by = ("reference", "gateway_reference")
    list_filter = ("state", "purpose", "gateway")
    list_select_related = ("customer", "account")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")


@admin.display(description=_("payment"))
def payment(row: GatewayNotice) -> str:
    """Return the reference of the payment it was about."""
    return row.payment.reference if row.payment is not None else "—"


@admin.display(description=_("address of the sender"))
def address(row: GatewayNotice) -> str:
    """Return where it came from, with its end hidden."""
    return masked_address(row.address or "")


@admin.display(description=_("fields it carried"))
def carried(row: GatewayNotice) -> str:
    """Return the names of the fields; what they said may be anybody's."""
    return ", ".join(sorted(row.fields)) or "—"


@admin.register(GatewayNotice)
class GatewayNoticeAdmin(RecordRowsAdmin[GatewayNotice]):
    """Notifications as they came, forged ones too."""

    help = _("Everything a gateway, or somebody pretending to be one, has told. It can be neither changed nor deleted.")
    customer_path = "payment__customer"
    list_display = ("at", "gateway", payment, "verdict", "asked", address)
    fields: ClassVar[Any] = ("at", "gateway", payment, "verdict", "asked", address, carried)
    readonly_fields: ClassVar[Any] = fields
    also_found_by = ("payment__reference",)
    list_filter = ("verdict", "gateway", "asked")
    list_select_related = ("payment",)
    date_hierarchy = "at"
    ordering = ("-at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[GatewayNotice]:
        """Return notices on payments in scope; those on no payment are for people who see the whole bank."""
        rows = super().get_queryset(request)
        sees_all = getattr(request.user, "scope", "") == Scope.INSTITUTION
        return rows if sees_all else rows.exclude(Q(payment__isnull=True))
