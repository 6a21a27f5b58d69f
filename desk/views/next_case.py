"""The next case: claimed by a button, given back by another."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_app.domain.staff import Scope
from collections_app.models import Customer
from collections_app.selectors import saved_queues
from collections_app.services import clock, refusal_texts
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.worklists import giving
from collections_app.views.opening import open_record
from desk.views import errors
from desk.views.worklist_filters import read
from desk.views.writes.base import StaffView


class NextCaseView(StaffView):
    """Gives the next case of the view one is looking at; sent twice it gives the same case again."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Claim a case and open it, or go back to the list and say that none is free."""
        if self.staff.scope == Scope.NONE:
            return errors.forbidden(request)
        chosen = read(QueryDict(request.POST.get("query", "")[:2000]))
        views = {view.key: view for view in saved_queues.views(self.staff)}
        view = views.get(chosen.key) or views.get("to_contact") or next(iter(views.values()))
        chosen = chosen.upon(view.key)
        done = Customer.objects.filter(customer_no=request.POST.get("done", "")[:24]).first()
        try:
            given = giving.next_case(
                actor=self.actor,
                view=view.narrowed(chosen.conditions).in_order(chosen.order),
                now=clock.now(),
                done_with=done.id if done else None,
            )
        except NotAllowedError:
            return errors.forbidden(request)
        if given is None:
            messages.info(request, _("No case of this view is free now: all are claimed, wait or rest."))
            return HttpResponseRedirect(f"{reverse('desk:worklist')}?{chosen.query}", status=303)
        address = reverse("desk:record", args=[given.claim.customer.customer_no])
        if given.again and request.POST.get("done"):
            messages.info(request, _("You have this case still. Go on from here to the next one."))
        return HttpResponseRedirect(f"{address}?{chosen.query}", status=303)


class GiveBackView(StaffView):
    """Gives a claimed case back: one's own, or for a supervisor a colleague's."""

    def post(self, request: HttpRequest, customer_no: str) -> HttpResponse:
        """End the claim and show the record again; sent twice it says that nobody has claimed it."""
        customer = open_record(self.staff, customer_no, now=clock.now())
        query = read(QueryDict(request.POST.get("query", "")[:2000])).query
        address = reverse("desk:record", args=[customer.customer_no])
        now = clock.now()
        if giving.end_own(staff=self.staff, customer_id=customer.id, now=now) is None:
            try:
                giving.release(customer_id=customer.id, actor=self.actor, now=now)
            except NotAllowedError:
                return errors.forbidden(request)
            except RefusedError as error:
                messages.info(request, refusal_texts.refusal_text(error))
        else:
            address = reverse("desk:worklist")
        return HttpResponseRedirect(f"{address}?{query}", status=303)
