"""Nightly files, the rows they lost, and the alerts staff must see: read here, worked on their own pages."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, staff_of
from collections_app.admin.columns import word
from collections_app.admin.filters import WordFilter
from collections_app.domain.alerts import ALERT_KINDS
from collections_app.domain.intake.format import BATCH_STATES, FILE_REASONS, ROW_REASONS
from collections_app.models import Alert, IntakeBatch, IntakeReject


class StateFilter(WordFilter):
    title, parameter_name, terms = _("state"), "state", BATCH_STATES


class RowReasonFilter(WordFilter):
    title, parameter_name, terms = _("reason"), "reason", ROW_REASONS


class AlertFilter(WordFilter):
    title, parameter_name, terms = _("kind"), "kind", ALERT_KINDS


state = word("state", BATCH_STATES, _("state"))
refused = word("refused_reason", FILE_REASONS, _("refused because"))
row_reason = word("reason", ROW_REASONS, _("reason"))
alert_kind = word("kind", ALERT_KINDS, _("kind"))


@admin.display(description=_("rows"))
def file_page(row: IntakeBatch) -> str:
    """Return a link to the file's own page, where the refused rows are downloaded."""
    return format_html('<a href="{}">{}</a>', reverse("desk:intake_batch", args=[row.pk]), gettext("Open the file"))


@admin.register(IntakeBatch)
class IntakeBatchAdmin(ReadOnlyAdmin[IntakeBatch]):
    """Files of the core's and what became of them."""

    help = _("Each file of the core banking system: whether it was taken in, and what it changed.")
    list_display = (
        "as_of",
        "file_name",
        state,
        refused,
        "rows_total",
        "rows_rejected",
        "accounts_new",
        "accounts_changed",
        "cases_opened",
        "cases_closed",
        "started_at",
    )
    fields: ClassVar[Any] = (
        ("as_of", state, refused),
        ("file_name", file_page),
        "sha256",
        ("rows_total", "rows_done", "rows_rejected"),
        ("accounts_new", "accounts_changed"),
        ("cases_opened", "cases_closed"),
        ("started_by", "started_at", "finished_at"),
    )
    readonly_fields: ClassVar[Any] = (state, refused, file_page)
    list_filter = (StateFilter,)
    search_fields = ("file_name", "sha256")
    date_hierarchy = "as_of"
    ordering = ("-as_of", "-id")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; the link to the file's own page stands for those who may open it."""
        shown: Any = self.fields
        if not staff_of(request).may("intake.run"):
            shown = ("file_name" if names == ("file_name", file_page) else names for names in shown)
        return tuple(shown)


@admin.register(IntakeReject)
class IntakeRejectAdmin(ReadOnlyAdmin[IntakeReject]):
    """Rows that were not taken in. What stood in them is personal and not shown here."""

    help = _("Which row of which file was refused, in which column and why. What it said is not shown here.")
    list_display = ("batch_as_of", "line", "column", row_reason)
    fields: ClassVar[Any] = ("batch_as_of", "line", "column", row_reason)
    readonly_fields: ClassVar[Any] = ("batch_as_of", row_reason)
    list_filter = (RowReasonFilter,)
    list_select_related = ("batch",)
    ordering = ("-batch_id", "line", "id")

    @admin.display(description=_("data as of"), ordering="batch__as_of")
    def batch_as_of(self, row: IntakeReject) -> Any:
        """Return the day of the file's data."""
        return row.batch.as_of


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin[Alert]):
    """Alerts, open and resolved. They are resolved where staff work, not here."""

    help = _("What needed somebody, since when, and who dealt with it.")
    list_display = (alert_kind, "branch", "raised_at", "last_seen_at", "resolved_at", "resolved_by")
    fields: ClassVar[Any] = (alert_kind, "branch", "raised_at", "last_seen_at", "resolved_at", "resolved_by")
    readonly_fields: ClassVar[Any] = fields
    list_filter = (AlertFilter, ("resolved_at", admin.EmptyFieldListFilter))
    list_select_related = ("branch", "resolved_by")
    date_hierarchy = "raised_at"
    ordering = ("-raised_at", "-id")
