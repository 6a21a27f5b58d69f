"""The bank's side of choosing a mediator: from the panel of the record."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from collections_app.models import Customer
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import Actor
from collections_app.views.again import again
from collections_app.views.once import once
from collections_app.views.opening import open_record
from mediation.models import Mediation
from mediation.selectors.people.fairness import choosing
from mediation.services.people import standing
from mediation.services.refusals import sentences
from mediation.views.guards import seen_version, staff_of, staff_only


def access(request: HttpRequest, customer_no: str, mediation_id: int) -> tuple[Customer, Mediation]:
    """Return a record this person may open and a mediation of it, or 404."""
    customer = open_record(staff_of(request), customer_no, now=clock.now())
    row = (
        Mediation.objects.select_related("account").filter(id=mediation_id, customer=customer, kind="mediation").first()
    )
    if row is None:
        raise Http404
    row.customer = customer
    return customer, row


@require_GET
@staff_only("mediation.propose")
def mediator(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Show who can be chosen, whom each side wishes for, and who mediates."""
    customer, row = access(request, customer_no, mediation_id)
    return _page(request, customer, row)


def _page(
    request: HttpRequest, customer: Customer, row: Mediation, refused: RefusedError | None = None
) -> HttpResponse:
    stale = isinstance(refused, StaleWriteError)
    back = reverse("mediation:mediator", args=[customer.customer_no, row.id])
    context = {
        "customer": customer,
        "mediation": row,
        "choosing": choosing(row, now=clock.now()),
        "typed": {name: request.POST.get(name, "") if refused else "" for name in ("mediator", "reason")},
        "refused": sentences(refused) if refused and not stale else [],
        "changes": refused.changes if isinstance(refused, StaleWriteError) else [],
        "again": again(request, refused, back=back) if isinstance(refused, StaleWriteError) else None,
    }
    return render(request, "mediation/people/choose.html", context, status=409 if refused else 200)


def _again(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    return redirect("mediation:mediator", customer_no, mediation_id)


def _act(
    request: HttpRequest, customer_no: str, mediation_id: int, write: Callable[[Mediation], object], said: str
) -> HttpResponse:
    customer, row = access(request, customer_no, mediation_id)
    try:
        write(row)
    except RefusedError as error:
        customer, row = access(request, customer_no, mediation_id)
        return _page(request, customer, row, error)
    messages.success(request, said)
    return redirect("mediation:mediator", customer_no, mediation_id)


@require_POST
@staff_only("mediation.propose")
@once(again=_again)
def choose(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Say whom the bank wishes for."""
    wanted = request.POST.get("mediator", "")
    return _act(
        request,
        customer_no,
        mediation_id,
        lambda row: standing.choose_for_bank(
            mediation_id=row.id,
            mediator_id=int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else 0,
            actor=Actor.of(staff_of(request)),
            seen_version=seen_version(request),
            now=clock.now(),
        ),
        _("The bank's choice is recorded."),
    )


@require_POST
@staff_only("mediation.propose")
@once(again=_again)
def refuse(request: HttpRequest, customer_no: str, mediation_id: int) -> HttpResponse:
    """Refuse the mediator for the bank."""
    return _act(
        request,
        customer_no,
        mediation_id,
        lambda row: standing.refuse_for_bank(
            mediation_id=row.id,
            reason=request.POST.get("reason", ""),
            actor=Actor.of(staff_of(request)),
            seen_version=seen_version(request),
            now=clock.now(),
        ),
        _("The mediator is refused; another one and a date are looked for."),
    )
