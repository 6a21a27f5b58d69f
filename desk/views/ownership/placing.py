"""Placing many accounts with an agency, and calling many back: choosing them, the preview line by line, one step."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collections_app.domain.ownership.moving import AGENCY_GOALS
from collections_app.models import Reassignment
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.services.ownership import placing
from collections_app.views.once import say_saved, sending_of
from desk.forms.placing import ChooseForm, PlaceManyForm, RecallManyForm
from desk.views.ownership.guard import ForRoleView, refused
from desk.views.ownership.plans import PlanView


class _ChooseView(ForRoleView, ABC):
    """Chooses accounts by a filter or by pasted numbers; what comes of it is a preview."""

    writes_once: ClassVar[bool] = True
    action: ClassVar[str] = placing.ACTION
    form_class: type[ChooseForm]
    title: ClassVar[str | Promise]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form."""
        return self.show(self.form_class(staff=self.staff, initial={"agency": request.GET.get("agency", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide line by line and show it, or say why not."""
        form = self.form_class(request.POST, staff=self.staff)
        sending = sending_of(request, self.staff)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            plan = self.preview(form, sending.key if sending else "")
        except RefusedError as error:
            return self.show(form, **refused(error))
        answer = HttpResponseRedirect(reverse("desk:placing_plan", args=[plan.pk]), status=303)
        return say_saved(answer, sending)

    @abstractmethod
    def preview(self, form: Any, key: str) -> Reassignment:
        """Make the plan of what was chosen."""

    def show(self, form: ChooseForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        context = {"form": form, "refusal": refusal, "title": self.title}
        return render(self.request, "desk/placements/choose.html", context, status=status)


class PlaceManyView(_ChooseView):
    """Chooses accounts to be placed with an agency."""

    form_class = PlaceManyForm
    title = _("Place many with an agency")

    def preview(self, form: Any, key: str) -> Reassignment:
        """Make the plan of what would be placed."""
        values = form.cleaned_data
        return placing.preview_placing(
            choice=form.choice(),
            client_id=int(values["agency"]),
            until_on=values["until_on"],
            batch=values["batch"],
            reason=values["reason"],
            actor=self.actor,
            now=clock.now(),
            form_key=key,
        )


class RecallManyView(_ChooseView):
    """Chooses accounts to be called back."""

    form_class = RecallManyForm
    title = _("Call many back from agencies")

    def preview(self, form: Any, key: str) -> Reassignment:
        """Make the plan of what would be called back."""
        return placing.preview_recall(
            choice=form.choice(),
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            now=clock.now(),
            form_key=key,
        )


class PlacingPlanView(PlanView):
    """The preview of a plan with an agency, and what became of it."""

    action: ClassVar[str] = placing.ACTION
    goals: ClassVar[tuple[str, ...]] = AGENCY_GOALS
    page_name: ClassVar[str] = "desk:placing_plan"
    list_name: ClassVar[str] = "desk:placements"
    template: ClassVar[str] = "desk/placements/plan.html"
