"""What customers say of their talks: yes or no, a longer term, and what they bring."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from collections_app.models import AccessSession
from collections_app.services import clock
from collections_app.services.errors import RefusedError, StaleWriteError
from collections_app.services.records import CUSTOMER
from collections_app.views.customer_pages import own_page, post_only, show
from mediation.forms.talks import AnswerForm, OwnPositionForm
from mediation.models import Mediation
from mediation.selectors import referrals
from mediation.services import extensions, mediations, positions
from mediation.services.refusals import sentences
from mediation.views.filed import sent
from mediation.views.talks.overview import access, talks_page


def _refused(request: HttpRequest, session: AccessSession, mediation_id: int, error: RefusedError) -> HttpResponse:
    """Show the talks as they are now, and why nothing was written; what changed meanwhile is on that page."""
    mediation = access(session, mediation_id)
    if isinstance(error, StaleWriteError):
        return talks_page(request, session, mediation, changed=True, status=409)
    return talks_page(request, session, mediation, problem=" ".join(sentences(error)), status=409)


def _common(session: AccessSession, mediation: Mediation, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "mediation_id": mediation.pk,
        "customer_id": session.customer_id,
        "actor": CUSTOMER,
        "seen_version": data["version"],
        "now": clock.now(),
    }


@post_only
@own_page
def answer(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Take the customer's yes or no; the same answer again is the answer that stands."""
    mediation = access(session, mediation_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return talks_page(request, session, mediation, changed=True, status=400)
    agrees = form.cleaned_data["agrees"]
    if mediation.customer_consent != agrees:
        try:
            mediations.answer(**_common(session, mediation, form.cleaned_data), consents=agrees == "yes", how="page")
        except RefusedError as error:
            return _refused(request, session, mediation_id, error)
    return redirect("talks:talks", mediation_id)


@post_only
@own_page
def longer(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Take the customer's word on a longer term."""
    mediation = access(session, mediation_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return talks_page(request, session, mediation, changed=True, status=400)
    if referrals.waiting_extension(mediation) is not None:
        agrees = form.cleaned_data["agrees"] == "yes"
        try:
            extensions.answer(**_common(session, mediation, form.cleaned_data), agrees=agrees, how="page")
        except RefusedError as error:
            return _refused(request, session, mediation_id, error)
    return redirect("talks:talks", mediation_id)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def position(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show what both sides have filed, and take what the customer brings."""
    mediation = access(session, mediation_id)
    initial = {"version": session.customer.version}
    form = OwnPositionForm(request.POST or None, request.FILES or None, initial=initial)
    status, problem = (400 if request.method == "POST" else 200), ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            positions.file(**_common(session, mediation, data), text=data["text"], files=data["papers"])
        except RefusedError as error:
            status, problem = 409, " ".join(sentences(error))
        else:
            return redirect("talks:position", mediation_id)
    context = {
        "mediation": mediation,
        "form": form,
        "problem": problem,
        "positions": list(referrals.positions(mediation)),
        "takes_positions": referrals.takes_positions(mediation),
    }
    return show(
        request, "mediation/talks/position.html", context, status=status, session=session,
        time_zone=session.customer.time_zone,
    )  # fmt: skip


@own_page
@require_safe
def paper(request: HttpRequest, *, mediation_id: int, filed_id: int, session: AccessSession) -> HttpResponse:
    """Give the customer a paper of either side."""
    return sent(referrals.paper(mediation=access(session, mediation_id), paper_id=filed_id))
