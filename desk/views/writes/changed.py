"""What has changed on a record while somebody types: shown above the form before they try to save."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from collections_app.domain.events import EVENT_KINDS
from collections_app.domain.typed import number_of
from collections_app.selectors import records as selector
from collections_app.services import clock
from collections_app.services.emergencies import red_button
from collections_app.views.opening import open_record
from desk.views.writes.base import StaffView

# So many are named; that there are more is said below them.
MOST = 20


class ChangedView(StaffView):
    """The events since the version a form was opened on."""

    def get(self, request: HttpRequest, customer_no: str) -> HttpResponse:
        """Return the notice; it is empty while nothing has changed."""
        now = clock.now()
        customer = open_record(self.staff, customer_no, now=now)
        since = number_of(request.GET.get("since", ""))
        seen = customer.version if since is None else since
        language = get_language() or "zh-hans"
        changes = [
            {"what": EVENT_KINDS[event.kind].term.text(language), "who": event.actor, "event": event}
            for event in selector.changes_since(customer, version=seen, limit=MOST + 1)
        ]
        # What stands above the form is renewed with it: a status or an amount of before would contradict the notice.
        # The press of the red button wakes a form that was opened before it.
        masked = "masked" in request.GET or red_button.in_force(customer_id=customer.id, now=now) is not None
        context = {
            "customer": customer,
            "since": seen,
            "changed": changes[:MOST],
            "is_cut": len(changes) > MOST,
            "masked": masked,
            "renewed": True,
        }
        return render(request, "desk/write/_changed.html", context)
