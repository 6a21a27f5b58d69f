"""The code lists: names, order, and what each code does."""

import json
from typing import Any, ClassVar
from urllib.parse import parse_qs

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import ReadOnlyAdmin, ServiceAdmin, actor_of
from collections_app.admin.sections import Section
from collections_app.domain.code_lists import LISTS
from collections_app.forms.code import form_for, value_names
from collections_app.models import Code, CodeVersion
from collections_app.services import clock, codes

_NAMES = ("name_zh", "name_en", "about_zh", "about_en", "position", "active")


@admin.register(Code)
class CodeAdmin(ServiceAdmin[Code]):
    """Rows of all lists. A row is added to an open list, chosen by the filter; no row is ever deleted."""

    action = codes.ACTION
    section = Section.RULES
    help = _("What each code is called and does. A change holds everywhere with the next thing anybody does.")
    service_logs = True
    list_display = ("list_name", "position", "code", "name_zh", "name_en", "active", "version", "edited_by")
    list_display_links = ("code",)
    list_filter = ("list_name", "active")
    list_select_related = ("edited_by",)
    search_fields = ("code", "name_zh", "name_en")
    ordering = ("list_name", "position", "code")

    def name_of(self, row: Code) -> str:
        """Return the list and the code."""
        return _name_of(row)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show the form of the list chosen by the filter; without one, ask for it."""
        if not _list_asked(request):
            self.message_user(request, gettext("Choose a list by the filter first, then add a code."), messages.INFO)
            return HttpResponseRedirect(reverse("admin:collections_app_code_changelist"))
        page: HttpResponse = super().add_view(request, form_url, extra_context)
        return page

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form with the values of the row's list."""
        name = obj.list_name if obj else _list_asked(request) or next(iter(LISTS))
        return super().get_form(request, obj, change=change, form=form_for(name, is_new=obj is None), **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is typed; of a row that exists, also what it is and who changed it last."""
        if obj is None:
            name = _list_asked(request) or next(iter(LISTS))
            return ["code", *_NAMES, *value_names(name, is_new=True), "seen_order"]
        fixed = ["list_name", "code", "version", "edited_by", "edited_at"]
        return [*fixed, *_NAMES, *value_names(obj.list_name, is_new=False), "seen_version", "seen_order"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what nobody types: the code of a row never changes."""
        return () if obj is None else ("list_name", "code", "version", "edited_by", "edited_at")

    def write(self, request: HttpRequest, row: Code, form: Any) -> Code:
        """Add the row or change it."""
        return codes.save(
            row=row,
            data=form.data_values,
            seen_version=form.cleaned_data.get("seen_version"),
            seen_order=form.cleaned_data.get("seen_order") or None,
            actor=actor_of(request),
            now=clock.now(),
        )


@admin.register(CodeVersion)
class CodeVersionAdmin(ReadOnlyAdmin[CodeVersion]):
    """Every version a row has had, the newest first."""

    action = codes.ACTION
    section = Section.EVIDENCE
    help = _("Every version a code has had: decisions of the past are explained by the one they went by.")
    list_display = ("list_name", "code", "version", "since", "written_by")
    list_filter = ("list_name",)
    list_select_related = ("written_by",)
    search_fields = ("code",)
    ordering = ("-since", "-id")
    fields: ClassVar[Any] = ("list_name", "code", "version", "said", "since", "written_by")
    readonly_fields: ClassVar[Any] = fields

    @admin.display(description=_("values"))
    def said(self, row: CodeVersion) -> str:
        """Return what the row stated, a line for each thing that was given."""
        given = [(name, value) for name, value in row.values.items() if value not in ("", None, {}, [])]
        return format_html_join("", '<div>{} <span class="quiet">{}</span></div>', map(_in_words, given))

    def name_of(self, row: CodeVersion) -> str:
        """Return the list, the code and the version."""
        return f"{_name_of(row)} · {row.version}"


def _in_words(given: tuple[str, Any]) -> tuple[str, str]:
    """Return a value of a version as people read it, and what it is called."""
    name, value = given
    label = str(Code._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a field has one
    if isinstance(value, bool):
        return (gettext("Yes") if value else gettext("No")), label
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value), label


def _name_of(row: Code | CodeVersion) -> str:
    return f"{row.get_list_name_display()} · {row.code}"


def _list_asked(request: HttpRequest) -> str:
    """Return the list a new row is for: named in the address, or by the filter of the page it was asked from."""
    filters = parse_qs(request.GET.get("_changelist_filters", ""))
    name = request.GET.get("list_name") or filters.get("list_name__exact", [""])[0]
    return name if name in LISTS else ""
