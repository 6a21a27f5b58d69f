"""Putting right or confirming in writing what a customer was told: the pair and the text first, then one button."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from collections_app.domain.typed import number_of
from collections_app.models import Customer, Event
from collections_app.services import clock, records
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.views.once import once
from notifications.services import confirmations, corrections, routing
from notifications.views.guard import access_record, staff_of


def _to_messages(request: HttpRequest, customer_no: str) -> HttpResponse:
    return redirect("notifications:record", customer_no=customer_no)


def _send(request: HttpRequest, customer: Customer, now: datetime) -> None:
    """Queue what was chosen: what puts right what was told of an account, or the confirmation of a promise."""
    actor = records.Actor.of(staff_of(request))
    seen = number_of(request.POST.get("seen_version", "")) or 0
    if account_id := number_of(request.POST.get("account", "")):
        if not customer.accounts.filter(pk=account_id).exists():
            raise Http404
        corrections.send(customer_id=customer.pk, account_id=account_id, actor=actor, seen_version=seen, now=now)
        return
    promise_id = number_of(request.POST.get("promise", "")) or 0
    if not customer.promises.filter(pk=promise_id).exists():
        raise Http404
    confirmations.confirm_promise(promise_id=promise_id, actor=actor, seen_version=seen, now=now)


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
        try:
            _send(request, customer, now)
        except StaleWriteError as stale:
            changes, status = stale.changes, 409
        except RefusedError as error:
            refused, status = error.code, 409
        else:
            return _to_messages(request, customer_no)
        customer.refresh_from_db()
    proposed = corrections.proposals(customer=customer, now=now)
    put_right = {item.account.pk for item in proposed}
    previews = confirmations.previews(customer=customer, now=now)
    way = confirmations.way(customer=customer, now=now)
    context = {
        "customer": customer,
        "proposals": proposed,
        "previews": [item for item in previews if item.promise.account_id not in put_right],
        "way": way if isinstance(way, routing.Route) else None,
        "refused": refused,
        "changes": changes,
        "may_send": staff_of(request).may("told.correct"),
        "stops": way.reason if isinstance(way, routing.NoRoute) and not way.waits else "",
    }
    return render(request, "notifications/confirm.html", context, status=status)
