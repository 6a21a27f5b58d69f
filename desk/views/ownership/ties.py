"""Ties of staff to customers: what is walled from whom, and who tried to get past."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from collections_app.models import Staff
from collections_app.services import clock, form_keys, walls
from collections_app.services.errors import AlreadyWrittenError, RefusedError
from collections_app.views.once import say_saved, sending_of
from collections_app.views.paging import page_of
from desk.forms.ownership import TieForm
from desk.selectors import ownership
from desk.views.ownership.guard import ForRoleView, refused


class TiesView(ForRoleView):
    """The walls that stand, the form that puts one up, and the latest tries."""

    writes_once: ClassVar[bool] = True
    action: ClassVar[str] = walls.ACTION

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        return self.show(TieForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Put a wall up, or say why not."""
        form = TieForm(request.POST)
        sending = sending_of(request, self.staff)
        if not form.is_valid():
            return self.show(form, status=422)
        values = form.cleaned_data
        person = Staff.objects.filter(employee_no=values["employee_no"].strip()).first()
        try:
            with form_keys.sending(sending):
                walls.declare(
                    staff_id=person.pk if person else 0,
                    customer_no=values["customer_no"],
                    relation=values["relation"],
                    note=values["note"],
                    actor=self.actor,
                    now=clock.now(),
                )
        except AlreadyWrittenError:
            pass
        except RefusedError as error:
            return self.show(form, **refused(error))
        return say_saved(HttpResponseRedirect(reverse("desk:ties"), status=303), sending)

    def show(self, form: TieForm, *, status: int = 200, refusal: str = "") -> HttpResponse:
        """Render the page."""
        context = {
            "form": form,
            "refusal": refusal,
            "pages_at": reverse("desk:ties"),
            "rows": page_of(self.request, ownership.ties(self.staff), name="ties"),
            "tries": page_of(self.request, ownership.tries(self.staff), name="tries"),
        }
        return render(self.request, "desk/ownership/ties.html", context, status=status)


class EndTieView(ForRoleView):
    """A tie that is none any more; sent twice it says that there is none."""

    action: ClassVar[str] = walls.ACTION

    def post(self, request: HttpRequest, tie_id: int) -> HttpResponse:
        """End it."""
        try:
            walls.end(tie_id=tie_id, actor=self.actor, now=clock.now())
        except RefusedError as error:
            view = TiesView()
            view.setup(request)
            return view.show(TieForm(), **refused(error))
        return HttpResponseRedirect(reverse("desk:ties"), status=303)
