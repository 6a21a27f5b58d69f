"""What every page of the administration is built on: read-only, or written through one service call."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.csrf import csrf_protect

from collections_app.admin import seen
from collections_app.admin.sections import NAMES, Section
from collections_app.domain.admin_log import with_reason
from collections_app.forms.yuan import YuanField
from collections_app.models import Staff
from collections_app.models.fields import AnySealedField
from collections_app.services import refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor

Row = TypeVar("Row", bound=Model)
# Who reads every page and writes none.
READS_ALL = "admin.read"


def staff_of(request: HttpRequest) -> Staff:
    """Return the person at the administration; the site lets in nobody else."""
    if not isinstance(request.user, Staff):
        raise PermissionDenied
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Return the person at the administration as services take them."""
    return Actor.of(staff_of(request))


def _line(name: str, said: str) -> str:
    """Return what became of one row."""
    return gettext("%(name)s: %(said)s") % {"name": name, "said": said}


def _name_the_empty_choice(field: Any) -> None:
    """Ask for a choice where one is needed, and show a dash for none where it is not; Django draws a row of hyphens."""
    empty = gettext("Please choose") if field is not None and field.required else "—"
    if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
        field.empty_label = empty
    elif isinstance(field, forms.TypedChoiceField):
        choices: Any = field.choices
        field.choices = [(code, name if code not in ("", None) else empty) for code, name in choices]


class ReasonActionForm(ActionForm):
    """The bar of actions with a line to say why, for those that ask a second person."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """Shows rows and changes none. Seen by those who may do ``action``, by administrators and by auditors."""

    keeps_to_services: ClassVar[bool] = True
    action: ClassVar[str] = "admin"
    section: ClassVar[Section] = Section.RUNNING
    # One or two sentences under the title: what this page is for, and what a change of it does.
    help: ClassVar[str | Promise] = ""
    list_per_page = 50

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person's role administers or audits this."""
        staff = staff_of(request)
        return any(staff.may(action) for action in (self.action, "admin", READS_ALL))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the index shows it."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: nothing is deleted in the administration."""
        return False

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        """Refuse: there is no service behind this page."""
        raise PermissionDenied

    def delete_model(self, request: HttpRequest, obj: Row) -> None:
        """Refuse."""
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Row]) -> None:
        """Refuse."""
        raise PermissionDenied

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Refuse: rows of other models are written on their own pages."""
        if formset.has_changed():
            raise PermissionDenied

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave sealed fields out: personal data is read on the record, where each look is logged."""
        sealed = [field.name for field in self.model._meta.fields if isinstance(field, AnySealedField)]
        return [*(super().get_exclude(request, obj) or ()), *sealed] or None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the list under its own name, with what it is for."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **self._surroundings(), **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show who changed the row and when."""
        row = self.get_object(request, object_id)
        titles = {"title": gettext("Changes of %(row)s") % {"row": self.name_of(row)}} if row else {}
        return super().history_view(request, object_id, {**titles, **self._surroundings(row), **(extra_context or {})})

    def name_of(self, row: Row) -> str:
        """Return what a row is called in titles and messages; without a name of its own, its number."""
        if type(row).__str__ is Model.__str__:
            return f"{capfirst(str(self.opts.verbose_name))} {row.pk}"
        return str(row)

    def action_checkbox(self, obj: Row) -> SafeString:
        """Return the box that chooses a row, named as the row is."""
        label = gettext("Choose %(row)s") % {"row": self.name_of(obj)}
        return format_html(
            '<input type="checkbox" name="_selected_action" value="{}" class="action-select" aria-label="{}">',
            obj.pk,
            label,
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:  # type: ignore[override]  # passed on as they come
        """Show the form or the row under its own name, with the mark of what was opened."""
        row = kwargs.get("obj")
        name = str(self.opts.verbose_name)
        context |= {"title": capfirst(name) if row else gettext("New: %(name)s") % {"name": name}}
        context |= self._surroundings(row)
        if row:
            context["subtitle"] = self.name_of(row)
        # A form that comes back keeps the mark it was opened with, unless the person was just told of the change.
        keeps = request.method == "POST" and not getattr(request, "told_of_change", False)
        context["seen"] = request.POST.get(seen.FIELD, "") if keeps else (seen.stored_mark(row) if row else "")
        return super().render_change_form(request, context, **kwargs)

    def _surroundings(self, row: Row | None = None) -> dict[str, Any]:
        named = {"row_name": self.name_of(row)} if row else {}
        return {"section_name": NAMES[self.section], "page_help": self.help, **named}


class ServiceAdmin(ReadOnlyAdmin[Row]):
    """Writes through one service call. A refusal comes back on the form, with everything that was typed."""

    may_add: ClassVar[bool] = True
    may_change: ClassVar[bool] = True
    # The service writes the administration's log itself.
    service_logs: ClassVar[bool] = False

    @abstractmethod
    def write(self, request: HttpRequest, row: Row, form: Any) -> Model:
        """Do it through one service call, and return the row as it was written."""

    def refusal(self, error: RefusedError) -> str:
        """Return why a service refuses, as people read it. Rooms with words of their own put them here."""
        return refusal_texts.refusal_text(error)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether rows are added here and the role may."""
        return self.may_add and staff_of(request).may(self.action)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether rows are changed here and the role may."""
        return self.may_change and staff_of(request).may(self.action)

    def get_actions(self, request: HttpRequest) -> Any:
        """Return what may be done to chosen rows; who only reads may do nothing."""
        return super().get_actions(request) if staff_of(request).may(self.action) else {}

    def get_action_choices(self, request: HttpRequest, default_choices: Any = None) -> list[tuple[str, str]]:
        """Return the actions by name, after a line that asks for one."""
        return super().get_action_choices(request, [("", gettext("Choose what to do"))])

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        """Hand the row to its service."""
        written = self.write(request, obj, form)
        obj.pk = written.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write nothing beside the row: what belongs to it is its service's."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field of the form; amounts are typed in yuan."""
        if db_field.name.endswith("_fen"):
            return YuanField(label=capfirst(db_field.verbose_name), required=not db_field.blank)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        _name_the_empty_choice(field)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            # Rows of other models are written on their own pages, not in a window beside the form.
            field.widget = field.widget.widget  # type: ignore[union-attr]  # a field that has a widget
        return field

    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form or write it. The transaction is the service's own, not one around the page."""
        # Django's own view of this name, without the transaction it puts around it.
        show: Callable[..., Any] = self._changeform_view  # type: ignore[attr-defined]  # the stubs leave it out
        if refusal := self._changed_meanwhile(request, object_id):
            request.told_of_change = True  # type: ignore[attr-defined]  # read by render_change_form
        else:
            try:
                return show(request, object_id, form_url, extra_context)
            except RefusedError as error:
                refusal = self.refusal(error)
            except ValidationError as error:
                refusal = " ".join(error.messages)
        request.refusal = refusal  # type: ignore[attr-defined]  # read by get_form below
        return show(request, object_id, form_url, extra_context)

    def _changed_meanwhile(self, request: HttpRequest, object_id: str | None) -> str:
        """Return why a form that was opened on an older row is not written, or nothing."""
        if request.method != "POST" or object_id is None:
            return ""
        row = self.get_object(request, object_id)
        if row is None or not self.has_change_permission(request, row):
            return ""
        return seen.changed_meanwhile(row, request.POST.get(seen.FIELD))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; after a refusal, one that says why it was refused."""
        form_class: type[ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", "")
        if not refusal:
            return form_class

        class RefusedForm(form_class):  # type: ignore[valid-type, misc]  # made at run time by Django
            def clean(self) -> Any:
                cleaned = super().clean()
                self.add_error(None, refusal)
                return cleaned

        return RefusedForm

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log it, unless the service has."""
        return None if self.service_logs else super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log it, unless the service has."""
        return None if self.service_logs else super().log_change(request, obj, message)

    def run_action(
        self,
        request: HttpRequest,
        rows: QuerySet[Row],
        write: Callable[[Row], Any],
        *,
        done: str,
        logged: str,
        ask: str = "",
        reason: str = "",
    ) -> HttpResponse | None:
        """Do one service call per chosen row; say what was done and why the others were refused.

        ``logged`` is a code of domain/admin_log, and ``reason`` stands in the log beside it. With ``ask``, a page that
        asks it comes first.
        """
        if ask and "confirmed" not in request.POST and rows.exists():
            return self._ask(request, rows, ask)
        for row in rows.order_by("pk"):
            try:
                write(row)
            except RefusedError as error:
                self.message_user(request, _line(self.name_of(row), self.refusal(error)), messages.ERROR)
                continue
            except ValidationError as error:
                self.message_user(request, _line(self.name_of(row), " ".join(error.messages)), messages.ERROR)
                continue
            super().log_change(request, row, with_reason(logged, reason))
            self.message_user(request, _line(self.name_of(row), done), messages.SUCCESS)
        return None

    def _ask(self, request: HttpRequest, rows: QuerySet[Row], question: str) -> HttpResponse:
        """Return the page that names the chosen rows and asks before anything is done."""
        context = {
            **self.admin_site.each_context(request),
            **self._surroundings(),
            "title": gettext("Are you sure?"),
            "page_help": "",
            "opts": self.opts,
            "question": question,
            "rows": [(row.pk, self.name_of(row)) for row in rows.order_by("pk")],
            "action": request.POST["action"],
        }
        return TemplateResponse(request, "admin/confirm.html", context)
