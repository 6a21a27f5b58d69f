"""What every page of the administration is built on: read-only, or written through one service call."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_protect

from collections_app.models import Staff
from collections_app.models.fields import SealedField
from collections_app.services import refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor

Row = TypeVar("Row", bound=Model)


def staff_of(request: HttpRequest) -> Staff:
    """Return the person at the administration; the site lets in nobody else."""
    if not isinstance(request.user, Staff):
        raise PermissionDenied
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Return the person at the administration as services take them."""
    return Actor.of(staff_of(request))


class ReasonActionForm(ActionForm):
    """The bar of actions with a line to say why, for those that ask a second person."""

    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=500)


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """Shows rows and changes none. Seen by those who may do ``action``, and by administrators."""

    keeps_to_services: ClassVar[bool] = True
    action: ClassVar[str] = "admin"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person's role administers this."""
        staff = staff_of(request)
        return staff.may(self.action) or staff.may("admin")

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
        sealed = [field.name for field in self.model._meta.fields if isinstance(field, SealedField)]
        return [*(super().get_exclude(request, obj) or ()), *sealed] or None


class ServiceAdmin(ReadOnlyAdmin[Row]):
    """Writes through one service call. A refusal comes back on the form, with everything that was typed."""

    may_add: ClassVar[bool] = True
    may_change: ClassVar[bool] = True
    # The service writes the administration's log itself.
    service_logs: ClassVar[bool] = False

    @abstractmethod
    def write(self, request: HttpRequest, row: Row, form: Any) -> Model:
        """Do it through one service call, and return the row as it was written."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether rows are added here and the role may."""
        return self.may_add and staff_of(request).may(self.action)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether rows are changed here and the role may."""
        return self.may_change and staff_of(request).may(self.action)

    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:
        """Hand the row to its service."""
        written = self.write(request, obj, form)
        obj.pk = written.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write nothing beside the row: what belongs to it is its service's."""

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
        try:
            return show(request, object_id, form_url, extra_context)
        except RefusedError as error:
            refusal = refusal_texts.refusal_text(error)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        request.refusal = refusal  # type: ignore[attr-defined]  # read by get_form below
        return show(request, object_id, form_url, extra_context)

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
        self, request: HttpRequest, rows: QuerySet[Row], write: Callable[[Row], Any], *, done: str, logged: str
    ) -> HttpResponse | None:
        """Do one service call per chosen row; say what was done and why the others were refused."""
        for row in rows.order_by("pk"):
            try:
                write(row)
            except RefusedError as error:
                self.message_user(request, f"{row}: {refusal_texts.refusal_text(error)}", messages.ERROR)
                continue
            self.log_change(request, row, logged)
            self.message_user(request, f"{row}: {done}", messages.SUCCESS)
        return None
