"""One set of talks on the bank's side: clocks, consents, means and track, positions, the mandate, an early end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from collections_app.models import Customer
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.again import again
from collections_app.views.once import once
from mediation.forms.referral import CloseForm, ExtendForm, MandateForm, PositionForm, RouteForm
from mediation.forms.versioned import VersionedForm
from mediation.models import Mediation
from mediation.selectors import calendars, clocks, mandates, mediations, referrals
from mediation.services import closing, extensions, overrides, positions
from mediation.services import mandates as mandate_service
from mediation.services.refusals import sentences
from mediation.views.filed import sent
from mediation.views.guards import staff_of, staff_only
from mediation.views.record_panel import READERS, access, seen_of

Act = Callable[[dict[str, Any]], object]


def talks_of(customer: Customer, mediation_id: int) -> Mediation:
    """Return one set of talks of a record, or 404."""
    found = referrals.of_record(customer, mediation_id)
    if found is None:
        raise Http404
    return found


@require_GET
@staff_only(*READERS)
def talks(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Show one set of talks of a record."""
    return _page(request, customer_no, mediation_id)


def _page(
    request: HttpRequest, customer_no: str, mediation_id: int, refused: RefusedError | None = None
) -> HttpResponse:
    staff, now = staff_of(request), clock.now()
    customer = access(request, customer_no)
    mediation = talks_of(customer, mediation_id)
    is_open = mediation.state != "ended"
    context: dict[str, Any] = {
        "customer": customer,
        "mediation": mediation,
        "clocks": clocks.of_talks(mediation, now=now),
        "extension": referrals.waiting_extension(mediation),
        "positions": list(referrals.positions(mediation)),
        "takes_positions": referrals.takes_positions(mediation),
        "mandates": mandates.seen_by(staff, mediation=mediation),
        "may_be_confirmed": mediations.may_be_confirmed(mediation),
        "may_propose": is_open and staff.may("mediation.propose"),
        "may_answer": is_open and staff.may("mediation.answer"),
        "may_mandate": is_open and staff.may("mandate.propose"),
    }
    if isinstance(refused, StaleWriteError):
        back = reverse("mediation:talks_of", args=[customer_no, mediation_id])
        context |= {"changes": refused.changes, "again": again(request, refused, back=back)}
    elif refused:
        context["refused"] = sentences(refused)
    return render(request, "mediation/referral/talks.html", context, status=409 if refused else 200)


def to_talks(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Go to the page of some talks."""
    return redirect("mediation:talks_of", customer_no=customer_no, mediation_id=mediation_id)


def _serve(
    request: HttpRequest, customer: Customer, mediation: Mediation, form: VersionedForm, act: Act, **words: str
) -> HttpResponse:
    """Show a form, or let ``act`` write what it says; what is refused keeps what was typed, with 409."""
    refused: RefusedError | None = None
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except RefusedError as error:
            refused, status = error, 409
            form.follow(error)
        else:
            messages.success(request, words["said"])
            return to_talks(request, customer.customer_no, mediation.id)
    stale = isinstance(refused, StaleWriteError)
    context = {
        "customer": customer,
        "mediation": mediation,
        "form": form,
        "address": request.path,
        "refused": sentences(refused) if refused and not stale else [],
        "changes": refused.changes if isinstance(refused, StaleWriteError) else [],
        **words,
    }
    return render(request, "mediation/referral/form.html", context, status=status)


def _common(request: HttpRequest, mediation: Mediation, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "mediation_id": mediation.id,
        "actor": Actor.of(staff_of(request)),
        "seen_version": data["seen_version"],
        "now": clock.now(),
    }


@require_http_methods(["GET", "POST"])
@staff_only("mediation.propose")
@once(again=to_talks)
def route(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Change by what means and on which track talks go."""
    customer = access(request, customer_no)
    mediation = talks_of(customer, mediation_id)
    initial = {"seen_version": customer.version, "route": mediation.route, "track": mediation.track}
    form = RouteForm(request.POST or None, initial=initial)

    def act(data: dict[str, Any]) -> object:
        said = {name: data[name] for name in ("route", "track", "reason")}
        return overrides.change(**_common(request, mediation, data), **said)

    return _serve(
        request, customer, mediation, form, act, title=_("Change means or track"), button=_("Change it"),
        said=_("It is changed; what the rule chose stays beside it."),
        about=_("A session already announced in another way is given back, and another date is looked for."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@staff_only("mediation.propose")
@once(again=to_talks)
def extend(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Ask the customer for a later last day."""
    customer = access(request, customer_no)
    mediation = talks_of(customer, mediation_id)
    form = ExtendForm(request.POST or None, initial={"seen_version": customer.version})

    def act(data: dict[str, Any]) -> object:
        return extensions.ask(**_common(request, mediation, data), until=data["until"])

    return _serve(
        request, customer, mediation, form, act, title=_("Ask for a longer term"), button=_("Ask the customer"),
        said=_("The customer is asked on their page; or write down what they say."),
        about=_("Only both parties together prolong the term. The bank agrees by asking."),
    )  # fmt: skip


@require_POST
@staff_only("mediation.answer")
@once(again=to_talks)
def extension_answer(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Record what the other side says to a later last day."""
    mediation = talks_of(access(request, customer_no), mediation_id)
    try:
        extensions.answer(
            **_common(request, mediation, {"seen_version": seen_of(request)}),
            agrees=request.POST.get("agrees") == "yes",
            how=request.POST.get("how", "phone"),
        )
    except RefusedError as error:
        return _page(request, customer_no, mediation_id, error)
    return to_talks(request, customer_no, mediation_id)


@require_http_methods(["GET", "POST"])
@staff_only("mediation.propose")
@once(again=to_talks)
def position(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """File what the bank brings, with its evidence."""
    customer = access(request, customer_no)
    mediation = talks_of(customer, mediation_id)
    form = PositionForm(request.POST or None, request.FILES or None, initial={"seen_version": customer.version})

    def act(data: dict[str, Any]) -> object:
        return positions.file(**_common(request, mediation, data), text=data["text"], files=data["papers"])

    return _serve(
        request, customer, mediation, form, act, title=_("File a position"), button=_("File it"),
        said=_("It is filed."),
        about=_("The customer and the mediator read it too. It cannot be changed later; it may be added to until the session begins."),  # noqa: E501
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@staff_only("mandate.propose")
@once(again=to_talks)
def mandate(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Propose how far a representative may go."""
    customer, staff = access(request, customer_no), staff_of(request)
    mediation = talks_of(customer, mediation_id)
    people = calendars.may_represent(mediation)
    mine = staff.may("mediation.represent")
    form = MandateForm(
        request.POST or None,
        representatives=list(people.filter(id=staff.id) if mine else people),
        initial={"seen_version": customer.version, "representative": str(staff.id)},
    )

    def act(data: dict[str, Any]) -> object:
        return mandate_service.propose(
            **_common(request, mediation, data),
            representative_id=int(data["representative"]),
            figures=form.figures(),
            reason=data["reason"],
        )

    return _serve(
        request, customer, mediation, form, act, title=_("Mandate of the representative"), button=_("Ask for approval"),
        said=_("The mandate waits for its approval."),
        about=_("Only the representative and who approves read it: no mediator, no colleague, no export."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@staff_only("mediation.propose")
@once(again=to_talks)
def close(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """End talks while no session is going on."""
    customer = access(request, customer_no)
    mediation = talks_of(customer, mediation_id)
    form = CloseForm(request.POST or None, kind=mediation.kind, initial={"seen_version": customer.version})

    def act(data: dict[str, Any]) -> object:
        return closing.close(**_common(request, mediation, data), ending=data["ending"])

    return _serve(
        request, customer, mediation, form, act, title=_("End the talks"), button=_("End them"),
        said=_("The talks have ended."),
        about=_("Collection of the account gets its way back. A suspected sham is reported to compliance; what is unsuitable goes back to whoever referred it."),  # noqa: E501
    )  # fmt: skip


@require_GET
@staff_only("mediation.propose")
def paper(request: HttpRequest, customer_no: str, mediation_id: int, filed_id: int) -> HttpResponse:
    """Give a paper of either side to the bank's staff."""
    mediation = talks_of(access(request, customer_no), mediation_id)
    return sent(referrals.paper(mediation=mediation, paper_id=filed_id))
