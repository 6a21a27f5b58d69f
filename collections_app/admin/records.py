"""Rows that belong to customers' records: read, in one's own scope, without a name or a number of theirs."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from collections_app.admin.base import ReadOnlyAdmin, Row, actor_of, staff_of
from collections_app.admin.sections import Section
from collections_app.domain.look_ups import ADMINISTRATION
from collections_app.domain.staff import Scope
from collections_app.models.tokens import typed_tokens
from collections_app.selectors import records, walls
from collections_app.services import clock, searches


class RecordRowsAdmin(ReadOnlyAdmin[Row]):
    """Evidence on records. Whoever sees no customers in their work sees none here either."""

    section = Section.EVIDENCE
    # The path from the row to its customer.
    customer_path = "customer"
    # Which other fields a search looks through; names and numbers of customers are found by their tokens.
    also_found_by: tuple[str, ...] = ()
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the role reads this and the person sees customers at all."""
        return staff_of(request).scope != Scope.NONE and super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        """Return the rows of the records in the person's scope."""
        staff = staff_of(request)
        rows = super().get_queryset(request)
        if staff.scope == Scope.INSTITUTION:
            return walls.outside_by(rows, staff, self.customer_path)
        return rows.filter(**{f"{self.customer_path}__in": records.scoped(staff, now=clock.now())})

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list; a search in it is logged as one at the desk is, without what was typed."""
        found = super().get_changelist_instance(request)
        if found.query.strip() and "action" not in request.POST:
            searches.log(
                text=found.query,
                purpose=ADMINISTRATION,
                found=found.result_count,
                actor=actor_of(request),
                now=clock.now(),
            )
        return found

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Return the plain fields; Django shows the search box when there are any."""
        return (f"{self.customer_path}__customer_no", *self.also_found_by)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Row], search_term: str
    ) -> tuple[QuerySet[Row], bool]:
        """Find by customer number or the like, or by a whole name, ID, account or telephone number or its tail."""
        plain, repeats = super().get_search_results(request, queryset, search_term)
        tokens = typed_tokens(search_term)
        if not tokens:
            return plain, repeats
        people = records.scoped(staff_of(request), now=clock.now()).filter(search_tokens__overlap=tokens)
        return plain | queryset.filter(**{f"{self.customer_path}__in": people.values("pk")}), repeats
