"""The outbox: every message in scope by state, and why each is where it is."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collections_app.selectors.records import needs_purpose
from collections_app.services import clock
from notifications.domain.kinds import KIND_TERMS
from notifications.domain.lifecycle import MESSAGE_STATES
from notifications.selectors import outbox as selectors
from notifications.services.senders import stopped_providers
from notifications.views.guard import check_purpose, staff_of


@login_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List messages, filtered by state and kind, fifty a page."""
    staff, now = staff_of(request), clock.now()
    state = request.GET.get("state", "")
    kind = request.GET.get("kind", "")
    before = request.GET.get("before", "")
    state = state if state in MESSAGE_STATES else ""
    kind = kind if kind in KIND_TERMS else ""
    rows, following = selectors.page(
        staff=staff, state=state, kind=kind, before=int(before) if before.isdecimal() else None
    )
    counts = selectors.counts(staff=staff, now=now)
    context = {
        "messages_page": rows,
        "next_before": following,
        "states": [(code, counts.get(code, 0)) for code in MESSAGE_STATES if counts.get(code) or code == state],
        "total": sum(counts.values()),
        "kinds": list(KIND_TERMS),
        "state": state,
        "kind": kind,
        "stopped": stopped_providers(),
        "needs_purpose": needs_purpose(staff),
    }
    return render(request, "notifications/outbox.html", context)


@login_required
@require_GET
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message: text, number, permit, receipts, and the reason of its state."""
    staff = staff_of(request)
    found = selectors.one(staff=staff, message_id=message_id)
    if found is None:
        raise Http404
    check_purpose(staff, found.customer, now=clock.now())
    decision = found.contact.decision if found.contact else {}
    return render(request, "notifications/message.html", {"message": found, "decision": decision})
