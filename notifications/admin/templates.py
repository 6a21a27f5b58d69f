"""Texts of messages: a new wording is a new version, which somebody else approves."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReasonActionForm, ServiceAdmin, staff_of
from collections_app.admin.sections import Section
from collections_app.services import clock
from notifications.models import Template
from notifications.services import templates


@admin.register(Template)
class TemplateAdmin(ServiceAdmin[Template]):
    """All versions of all texts; one of each kind, form and language is in use."""

    section = Section.MESSAGES
    help = _("A new wording is a new version, used once somebody else has approved it. What was sent stays readable.")
    may_change = False
    list_display = (
        "kind",
        "variant",
        "language",
        "version",
        "active",
        "valid_from",
        "valid_to",
        "created_by",
        "approved_by",
        "reword",
    )
    list_filter = ("active", "kind", "variant", "language")
    search_fields = ("body",)
    list_select_related = ("created_by", "approved_by")
    action_form = ReasonActionForm
    actions = ("ask", "retire")
    fields = ("kind", "variant", "language", "wording", "body", "valid_from", "valid_to")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is written for a new version, and all there is to see of one that exists."""
        if obj is None:
            return self.fields
        seen = ("version", "active", "drafted_by", "created_by", "created_at", "approved_by", "approved_at", "reword")
        return [*self.fields, *(seen if self.has_add_permission(request) else seen[:-1])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields nobody types."""
        return ("reword",)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns; the link to a new wording is for those who may write one."""
        return self.list_display if self.has_add_permission(request) else self.list_display[:-1]

    @admin.display(description=_("New wording"))
    def reword(self, row: Template) -> SafeString:
        """Return a link to the form of a new version that begins with this one's text."""
        text = {"kind": row.kind, "variant": row.variant, "language": row.language}
        text |= {"wording": row.wording, "body": row.body}
        address = reverse("admin:notifications_template_add")
        return format_html('<a href="{}?{}">{}</a>', address, urlencode(text), gettext("Write a new version"))

    def write(self, request: HttpRequest, row: Template, form: Any) -> Template:
        """Add the version."""
        return templates.write(
            kind=row.kind,
            variant=row.variant,
            language=row.language,
            wording=row.wording,
            body=row.body,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            by=staff_of(request),
            now=clock.now(),
        )

    def save_model(self, request: HttpRequest, obj: Template, form: Any, change: bool) -> None:
        """Add the version, and know the number it was given."""
        written = self.write(request, obj, form)
        obj.pk, obj.version = written.pk, written.version

    @admin.action(description=_("Ask for the chosen version to be put into use"))
    def ask(self, request: HttpRequest, queryset: QuerySet[Template]) -> None:
        """Ask a second person to put each chosen version into use."""
        self.run_action(
            request,
            queryset,
            lambda row: templates.ask(
                template_id=row.pk, reason=request.POST.get("reason", ""), by=staff_of(request), now=clock.now()
            ),
            done=gettext("asked for; somebody else decides in the approval inbox"),
            logged="asked",
        )

    @admin.action(description=_("Take out of use"))
    def retire(self, request: HttpRequest, queryset: QuerySet[Template]) -> None:
        """Take each chosen version out of use."""
        self.run_action(
            request,
            queryset,
            lambda row: templates.retire(template_id=row.pk, by=staff_of(request)),
            done=gettext("out of use"),
            logged="retired",
        )
