"""The call at one's telephone: whose it is, and the way to their record."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from collections_app.models import TelephoneCall
from collections_app.selectors import records
from collections_app.services import clock, contact_points
from desk.selectors import phone_calls, surroundings
from desk.views.writes.base import StaffView

# Why the record is opened, as the log of look-ups has it: the customer is on the line.
PURPOSE = "call_in"


class PhoneCallView(StaffView):
    """What every page shows of it, fetched when the telephone system says that it has moved on."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the call alone; an empty place when there is none."""
        now = clock.now()
        call = phone_calls.current(staff=self.staff, now=now)
        matches = phone_calls.matches(call=call, staff=self.staff, now=now) if call else []
        context = {
            "call": call,
            "matches": matches,
            "is_cut": len(matches) == phone_calls.MOST,
            "only": matches[0] if len(matches) == 1 else None,
            "most": phone_calls.MOST,
            "own": surroundings.own_call(staff=self.staff) if call else None,
        }
        return render(request, "desk/_phone_call.html", context)


class OpenView(StaffView):
    """Opens the record of whoever is on the line, and logs why."""

    def post(self, request: HttpRequest, call_id: int, customer_no: str) -> HttpResponse:
        """Open it; not found unless the call is at this person's telephone and the number is this customer's."""
        now = clock.now()
        call: TelephoneCall | None = phone_calls.shown(now=now).filter(id=call_id, staff=self.staff).first()
        found = phone_calls.matches(call=call, staff=self.staff, now=now) if call else []
        customer = next((each.customer for each in found if each.customer.customer_no == customer_no), None)
        if customer is None:
            raise Http404
        if records.needs_purpose(self.staff):
            contact_points.log_look(customer_id=customer.id, purpose=PURPOSE, actor=self.actor, now=now)
        return HttpResponseRedirect(reverse("desk:record", args=[customer_no]), status=303)
