"""The outbox: every message in scope by state, and why each is where it is."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from collections_app.domain.typed import number_of
from collections_app.selectors import records
from collections_app.services import clock, decision_words
from notifications.domain.kinds import KIND_TERMS
from notifications.domain.lifecycle import MESSAGE_STATES
from notifications.selectors import outbox as selectors
from notifications.services.senders import stopped_providers
from notifications.views.guard import staff_of


@login_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List messages, filtered by state and kind, fifty a page."""
    staff, now = staff_of(request), clock.now()
    state = request.GET.get("state", "")
    kind = request.GET.get("kind", "")
    state = state if state in MESSAGE_STATES else ""
    kind = kind if kind in KIND_TERMS else ""
    rows, following = selectors.page(
        staff=staff, state=state, kind=kind, before=number_of(request.GET.get("before", ""))
    )
    stopped = stopped_providers()
    waits = selectors.outlooks(rows, stopped=stopped, now=now)
    counts = selectors.counts(staff=staff, now=now)
    context = {
        "messages_page": [(row, waits.get(row.pk)) for row in rows],
        "next_before": following,
        "states": [(code, counts.get(code, 0)) for code in MESSAGE_STATES if counts.get(code) or code == state],
        "total": sum(counts.values()),
        "kinds": list(KIND_TERMS),
        "state": state,
        "kind": kind,
        "stopped": stopped,
        "needs_purpose": records.needs_purpose(staff),
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
    now = clock.now()
    records.check_purpose(staff=staff, customer=found.customer, now=now)
    wait = selectors.outlooks([found], stopped=stopped_providers(), now=now).get(found.pk)
    context = {
        "message": found,
        "decision": found.contact.decision if found.contact else {},
        "why": decision_words.explain(found.contact.decision.get("considered", ())) if found.contact else [],
        "wait": wait,
    }
    return render(request, "notifications/message.html", context)
