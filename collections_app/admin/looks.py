"""Who looked at whom, and who was refused a customer's page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin
from collections_app.admin.columns import customer_link, word
from collections_app.admin.filters import WordFilter
from collections_app.admin.records import RecordRowsAdmin
from collections_app.admin.sections import Section
from collections_app.domain.access import REFUSALS
from collections_app.domain.look_ups import LOOK_UPS, SEARCHES
from collections_app.domain.masking import address as masked_address
from collections_app.domain.searches import SEARCH_KEYS
from collections_app.domain.staff import Scope
from collections_app.models import AccessAttempt, CustomerSearch, LookUp


class PurposeFilter(WordFilter):
    title, parameter_name, terms = _("purpose"), "purpose", LOOK_UPS


class ReasonFilter(WordFilter):
    title, parameter_name, terms = _("reason"), "reason", REFUSALS


purpose = word("purpose", LOOK_UPS, _("purpose"))
reason = word("reason", REFUSALS, _("reason"))


@admin.register(LookUp)
class LookUpAdmin(RecordRowsAdmin[LookUp]):
    """Looks outside one's own branch."""

    action = "rules.write"
    help = _("Who opened the record of a customer outside their own branch, and for what purpose.")
    list_display = ("at", "staff", customer_link, purpose)
    fields: ClassVar[Any] = ("at", "staff", customer_link, purpose)
    readonly_fields: ClassVar[Any] = fields
    also_found_by = ("staff__username", "staff__display_name")
    list_filter = (PurposeFilter,)
    list_select_related = ("customer", "staff")
    date_hierarchy = "at"
    ordering = ("-at", "-id")


class SearchPurposeFilter(WordFilter):
    title, parameter_name, terms = _("purpose"), "purpose", SEARCHES


search_purpose = word("purpose", SEARCHES, _("purpose"))
search_key = word("key", SEARCH_KEYS, _("looked for by"))


class SearchKeyFilter(WordFilter):
    title, parameter_name, terms = _("looked for by"), "key", SEARCH_KEYS


@admin.display(description=_("mark"))
def same(row: CustomerSearch) -> str:
    """Return what the same search has in common, however often and by whom it was made."""
    return row.digest[:8]


@admin.register(CustomerSearch)
class CustomerSearchAdmin(ReadOnlyAdmin[CustomerSearch]):
    """Every search for a customer, without what was typed."""

    action = "rules.write"
    section = Section.EVIDENCE
    help = _(
        "Who looked for customers, by what kind of words, for what purpose and how many were found. What was typed is "
        "not kept: only its length, and a mark by which the same search is known again."
    )
    list_display = ("at", "staff", search_purpose, search_key, "length", "found", same)
    fields: ClassVar[Any] = ("at", "staff", search_purpose, search_key, "length", "found", same)
    readonly_fields: ClassVar[Any] = fields
    search_fields = ("staff__username", "staff__display_name")
    list_filter = (SearchPurposeFilter, SearchKeyFilter)
    list_select_related = ("staff",)
    date_hierarchy = "at"
    ordering = ("-at", "-id")


@admin.display(description=_("address of the device"))
def address(row: AccessAttempt) -> str:
    """Return where the try came from, with its end hidden."""
    return masked_address(row.address or "")


@admin.display(description=_("customer"))
def customer(row: AccessAttempt) -> str:
    """Return whose link it was, as a link to the record; none when the link is nobody's."""
    return customer_link(row.link) if row.link is not None else "—"


@admin.register(AccessAttempt)
class CustomerEntryAdmin(RecordRowsAdmin[AccessAttempt]):
    """Tries to open a customer's page that were refused."""

    help = _("Forged, expired or other people's links, and wrong answers to the questions that prove a person.")
    customer_path = "link__customer"
    list_display = ("at", reason, customer, address)
    fields: ClassVar[Any] = ("at", reason, customer, address)
    readonly_fields: ClassVar[Any] = fields
    list_filter = (ReasonFilter,)
    list_select_related = ("link__customer",)
    date_hierarchy = "at"
    ordering = ("-at", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessAttempt]:
        """Return the tries on links in scope; those on nobody's link are for people who see the whole bank."""
        rows = super().get_queryset(request)
        sees_all = getattr(request.user, "scope", "") == Scope.INSTITUTION
        return rows if sees_all else rows.exclude(Q(link__isnull=True))
