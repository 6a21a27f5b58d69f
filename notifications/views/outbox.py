"""The outbox: every message in scope by state, and why each is where it is."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from collections_app.selectors import records
from collections_app.services import clock, decision_words, refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from collections_app.views.once import once
from notifications.domain.lifecycle import MESSAGE_STATES
from notifications.forms.search import SearchForm
from notifications.providers.registry import PROVIDER_CODES
from notifications.selectors import halts, life
from notifications.selectors import outbox as selectors
from notifications.selectors.targeting import explaining
from notifications.services import undecided
from notifications.services.senders import stopped_providers
from notifications.views.guard import staff_of


@login_required
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List messages: by state and kind, and whatever else was asked for; fifty a page."""
    staff, now = staff_of(request), clock.now()
    form = SearchForm(request.GET)
    wanted = form.wanted(providers=PROVIDER_CODES)
    rows, following = selectors.page(
        staff=staff, wanted=wanted, before=selectors.Place.read(request.GET.get("before", "")), now=now
    )
    stopped = stopped_providers()
    waits = selectors.outlooks(rows, stopped=stopped, now=now)
    counts = selectors.counts(staff=staff, now=now)
    context = {
        "messages_page": [(row, waits.get(row.pk)) for row in rows],
        "next_before": following.as_text() if following else "",
        "states": [(code, counts.get(code, 0)) for code in MESSAGE_STATES if counts.get(code) or code == wanted.state],
        "total": sum(counts.values()),
        "form": form,
        "further": [form[name] for name in ("number", "reason", "provider_id", "since", "until")],
        "state": wanted.state,
        "searched": wanted.is_for_something,
        "rest": _without(request, "before"),
        "rest_without_state": _without(request, "before", "state"),
        "stopped": stopped,
        "halts": halts.in_force(),
        "needs_purpose": records.needs_purpose(staff),
    }
    return render(request, "notifications/outbox.html", context)


def _without(request: HttpRequest, *names: str) -> str:
    """Return the query of the address without some of its fields, and without those that ask for nothing."""
    rest = [(name, text) for name, text in request.GET.items() if name not in names and text]
    return urlencode(rest)


def _to_message(request: HttpRequest, message_id: int) -> HttpResponse:
    return redirect("notifications:message", message_id=message_id)


@login_required
@require_http_methods(["GET", "POST"])
@once(again=_to_message)
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message: text, number, permit, receipts, and the reason of its state.

    One whose fate nobody can find out takes a person's decision: to send it again, or to leave it.
    """
    staff, now = staff_of(request), clock.now()
    found = selectors.one(staff=staff, message_id=message_id, now=now)
    if found is None:
        raise Http404
    records.check_purpose(staff=staff, customer=found.customer, now=now)
    refused = ""
    if request.method == "POST":
        resend, reason = request.POST.get("decision") == "resend", request.POST.get("reason", "")
        try:
            undecided.decide(message_id=found.pk, resend=resend, reason=reason, actor=Actor.of(staff), now=now)
        except RefusedError as error:
            refused = refusal_texts.refusal_text(error)
        else:
            return _to_message(request, message_id)
    wait = selectors.outlooks([found], stopped=stopped_providers(), now=now).get(found.pk)
    context = {
        "message": found,
        "decision": found.contact.decision if found.contact else {},
        "why": decision_words.explain(found.contact.decision.get("considered", ())) if found.contact else [],
        "wait": wait,
        "steps": life.steps_of(found),
        "undecided": found.reason == undecided.UNDECIDED and staff.may("told.correct"),
        "refused": refused,
        "chosen": explaining.why(message_id=found.pk),
    }
    return render(request, "notifications/message.html", context, status=409 if refused else 200)
