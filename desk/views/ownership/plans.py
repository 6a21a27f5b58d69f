"""Moving many accounts: the form, the preview line by line, and applying it."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from collections_app.domain.ownership.moving import LINE_STATES, OWN_GOALS
from collections_app.domain.typed import number_of
from collections_app.forms.keyed import KeyedForm
from collections_app.models import Reassignment
from collections_app.services import clock
from collections_app.services.errors import RefusedError
from collections_app.services.ownership import applying, previewing
from collections_app.views.once import say_saved, sending_of
from desk.forms.ownership import MoveForm
from desk.selectors import ownership
from desk.views.ownership.guard import ForRoleView, refused


class MoveView(ForRoleView):
    """Chooses accounts and says to whom; what comes of it is a preview."""

    writes_once: ClassVar[bool] = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, with whose book the address names."""
        initial = {"whose": request.GET.get("whose", "0"), "goal": request.GET.get("goal", "even")}
        return self.show(MoveForm(staff=self.staff, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Decide line by line and show it, or say why not."""
        form = MoveForm(request.POST, staff=self.staff)
        sending = sending_of(request, self.staff)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            plan = previewing.preview(
                selection=form.selection(),
                goal=form.cleaned_data["goal"],
                to_staff_ids=[int(number) for number in form.cleaned_data["to"]],
                pool=form.cleaned_data["pool"],
                reason=form.cleaned_data["reason"],
                actor=self.actor,
                now=clock.now(),
                form_key=sending.key if sending else "",
            )
        except RefusedError as error:
            return self.show(form, **refused(error))
        return say_saved(HttpResponseRedirect(reverse("desk:move_plan", args=[plan.pk]), status=303), sending)

    def show(self, form: MoveForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        context = {"form": form, "refusal": refusal, "rules": ownership.rules()}
        return render(self.request, "desk/ownership/move.html", context, status=status)


class PlanView(ForRoleView):
    """A preview, and what became of it. One's own alone: who applies a plan has read it."""

    writes_once: ClassVar[bool] = True
    goals: ClassVar[tuple[str, ...]] = OWN_GOALS
    page_name: ClassVar[str] = "desk:move_plan"
    list_name: ClassVar[str] = "desk:loads"
    template: ClassVar[str] = "desk/ownership/plan.html"
    plan: Reassignment

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the plan of the address."""
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            rows = Reassignment.objects.filter(goal__in=self.goals).select_related("created_by", "agency")
            self.plan = get_object_or_404(rows, pk=kwargs["plan_id"], created_by=self.staff)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Apply it as it was shown, or drop it; sent twice it moves nothing more."""
        try:
            if request.POST.get("do") == "drop":
                applying.drop(plan_id=self.plan.pk, actor=self.actor, action=self.action)
                return HttpResponseRedirect(reverse(self.list_name), status=303)
            applying.apply(plan_id=self.plan.pk, actor=self.actor, now=clock.now(), action=self.action)
        except RefusedError as error:
            return self.show(**refused(error))
        return HttpResponseRedirect(reverse(self.page_name, args=[self.plan.pk]), status=303)

    def show(self, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        asked = max(number_of(self.request.GET.get("page", "1")) or 1, 1)
        only = self.request.GET.get("only", "")
        found = ownership.preview(plan=self.plan, page=min(asked, 1000), only=only)
        context = {
            "plan": self.plan,
            "found": found,
            "page": asked,
            "only": only,
            "states": [code for code in LINE_STATES if found.became.get(code)],
            "form": KeyedForm(),
            "refusal": refusal,
        }
        return render(self.request, self.template, context, status=status)
