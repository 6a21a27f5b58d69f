"""The journal of money that passed through OneCase."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.admin.columns import customer_link, words_of
from collections_app.admin.records import RecordRowsAdmin
from collections_app.domain.journal import BOOKS
from collections_app.domain.money import yuan_text
from collections_app.domain.staff import Scope
from collections_app.models import Journal


@admin.display(description=pgettext_lazy("journal", "booked"))
def booked(row: Journal) -> str:
    """Return the lines in words: each book with its amount, debits positive."""
    return "; ".join(f"{words_of([line.book], BOOKS)} {yuan_text(line.amount_fen)}" for line in row.lines.all())


@admin.display(description=_("customer"))
def of_customer(row: Journal) -> str:
    """Return the customer's number as a link; a gateway's settlement is of none."""
    return customer_link(row) if row.customer is not None else "—"


@admin.register(Journal)
class JournalAdmin(RecordRowsAdmin[Journal]):
    """Bookings, newest first."""

    help = _(
        "Every movement of money that passed through OneCase, booked twice. It can be neither changed nor deleted."
    )
    list_display = ("at", "kind", "channel", "reference", of_customer, booked)
    fields: ClassVar[Any] = ("at", "kind", ("channel", "reference"), of_customer, booked, ("order", "rule"))
    readonly_fields: ClassVar[Any] = (of_customer, booked)
    also_found_by = ("reference",)
    list_filter = ("kind", "channel")
    list_select_related = ("customer",)
    date_hierarchy = "at"
    ordering = ("-at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journal]:
        """Return bookings in scope; those of no customer are for people who see the whole bank."""
        rows = super().get_queryset(request).prefetch_related("lines")
        sees_all = getattr(request.user, "scope", "") == Scope.INSTITUTION
        return rows if sees_all else rows.exclude(Q(customer__isnull=True))
