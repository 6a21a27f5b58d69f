"""Sending the written confirmation of what was promised: its text first, then one button."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collections_app.domain.typed import number_of
from collections_app.models import Event
from collections_app.services import clock, records
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.views.once import once
from notifications.services import confirmations
from notifications.views.guard import access_record, staff_of


def _to_messages(request: HttpRequest, customer_no: str) -> HttpResponse:
    return redirect("notifications:record", customer_no=customer_no)


@login_required
@require_http_methods(["GET", "POST"])
@once(again=_to_messages)
def confirm(request: HttpRequest, customer_no: str) -> HttpResponse:
    """Show what would be sent; queue it when asked to. A record that has moved on is shown anew, with 409."""
    now = clock.now()
    customer = access_record(request, customer_no, now=now)
    refused, status = "", 200
    changes: Sequence[Event] = []
    if request.method == "POST":
        promise_id = number_of(request.POST.get("promise", "")) or 0
        if not customer.promises.filter(pk=promise_id).exists():
            raise Http404
        try:
            confirmations.confirm_promise(
                promise_id=promise_id,
                actor=records.Actor.of(staff_of(request)),
                seen_version=number_of(request.POST.get("seen_version", "")) or 0,
                now=now,
            )
        except StaleWriteError as stale:
            changes, status = stale.changes, 409
        except RefusedError as error:
            refused, status = error.code, 409
        else:
            return _to_messages(request, customer_no)
        customer.refresh_from_db()
    context = {
        "customer": customer,
        "previews": confirmations.previews(customer=customer, now=now),
        "refused": refused,
        "changes": changes,
        "stops": confirmations.obstacle(customer=customer),
    }
    return render(request, "notifications/confirm.html", context, status=status)
