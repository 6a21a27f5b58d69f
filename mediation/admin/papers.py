"""Qualifications and trainings of mediators and experts."""

from abc import abstractmethod
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.admin.base import actor_of
from collections_app.services import clock
from mediation.admin.base import RoomAdmin
from mediation.forms.mediator import QualificationForm, TrainingForm
from mediation.models import Qualification, Training
from mediation.selectors.sessions import BANK_ZONE
from mediation.services.people import papers


class _PaperAdmin(RoomAdmin[Any]):
    """What both pages share: a paper is never changed but for its end."""

    may_change = False
    list_select_related = ("staff",)
    search_fields = ("staff__username", "staff__display_name", "staff__display_name_en")
    actions = ("end_today",)

    @abstractmethod
    def end(self, row: Any, request: HttpRequest) -> Any:
        """End the paper today."""

    @admin.action(description=_("End today: not booked on it from tomorrow"))
    def end_today(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End each chosen paper."""
        self.run_action(
            request, queryset, lambda row: self.end(row, request), done=gettext("ends today"), logged="paper_ended"
        )


@admin.register(Training)
class TrainingAdmin(_PaperAdmin):
    """Trainings that say which products a mediator may mediate."""

    help = _(
        "Only with a training in force on the day may a mediator be booked for its product. Without days it was known "
        "before days were kept, and lasts until it is ended. Thirty days before one ends there is an alert."
    )
    form = TrainingForm
    list_display = ("staff", "course", "passed_on", "valid_until")
    list_filter = ("course",)
    fields = ("staff", "course", "passed_on", "valid_until")
    ordering = ("valid_until", "staff__username")

    def end(self, row: Training, request: HttpRequest) -> Training:
        """End the training today."""
        return papers.end_training(training_id=row.pk, last_day=_today(), actor=actor_of(request))

    def write(self, request: HttpRequest, row: Training, form: Any) -> Training:
        """Record the training."""
        said = form.cleaned_data
        return papers.add_training(
            staff_id=said["staff"].pk,
            course=said["course"],
            passed_on=said["passed_on"],
            valid_until=said["valid_until"],
            actor=actor_of(request),
        )


@admin.register(Qualification)
class QualificationAdmin(_PaperAdmin):
    """Licences and certificates."""

    help = _(
        "Experts are asked only with a qualification in force for what they do. A mediator whose certificates on file "
        "have all ended is not booked."
    )
    form = QualificationForm
    list_display = ("staff", "kind", "number", "valid_from", "valid_to")
    list_filter = ("kind",)
    fields = ("staff", "kind", "number", "valid_from", "valid_to")
    ordering = ("valid_to", "staff__username")

    def end(self, row: Qualification, request: HttpRequest) -> Qualification:
        """End the qualification today."""
        return papers.end_qualification(qualification_id=row.pk, last_day=_today(), actor=actor_of(request))

    def write(self, request: HttpRequest, row: Qualification, form: Any) -> Qualification:
        """Record the qualification."""
        said = form.cleaned_data
        return papers.add_qualification(
            staff_id=said["staff"].pk,
            kind=said["kind"],
            number=said["number"],
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            actor=actor_of(request),
        )


def _today() -> Any:
    return clock.now().astimezone(BANK_ZONE).date()
