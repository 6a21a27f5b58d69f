"""The customer's side of choosing a mediator: choose, refuse, and accept what a mediator disclosed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.views.customer_pages import own_page, show
from mediation.models import Mediation
from mediation.selectors.people.fairness import choosing
from mediation.services.people import disclosures, standing
from mediation.services.refusals import sentences
from mediation.views.guards import seen_version
from mediation.views.talks.overview import access


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def mediator(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show who can mediate; take the customer's choice, refusal or acceptance."""
    row = access(session, mediation_id)
    if row.kind != "mediation":
        raise Http404
    if request.method != "POST":
        return _page(request, session, row)
    try:
        _write(request, session, row)
    except StaleWriteError:
        return _page(request, session, access(session, mediation_id), changed=True)
    except RefusedError as error:
        return _page(request, session, access(session, mediation_id), refused=sentences(error))
    return redirect("talks:mediator", mediation_id)


def _write(request: HttpRequest, session: AccessSession, row: Mediation) -> None:
    """Do what the button says. Anything else writes nothing."""
    of_customer: dict[str, Any] = {
        "customer_id": session.customer_id,
        "seen_version": seen_version(request),
        "now": clock.now(),
    }
    what, number = request.POST.get("do", ""), request.POST.get("id", "")
    chosen = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else 0
    if what == "choose":
        standing.choose_for_customer(mediation_id=row.id, mediator_id=chosen, **of_customer)
    elif what == "refuse":
        standing.refuse_for_customer(mediation_id=row.id, reason=request.POST.get("reason", ""), **of_customer)
    elif what == "accept":
        disclosures.waive_for_customer(disclosure_id=chosen, **of_customer)


def _page(
    request: HttpRequest,
    session: AccessSession,
    row: Mediation,
    *,
    refused: list[str] | None = None,
    changed: bool = False,
) -> HttpResponse:
    session.customer.refresh_from_db(fields=["version"])
    row.customer = session.customer
    context = {
        "mediation": row,
        "choosing": choosing(row, now=clock.now()),
        "version": session.customer.version,
        "refused": refused or [],
        "changed": changed,
        "reason": request.POST.get("reason", "") if refused or changed else "",
    }
    return show(
        request,
        "mediation/talks/mediator.html",
        context,
        status=409 if refused or changed else 200,
        session=session,
        time_zone=session.customer.time_zone,
    )
