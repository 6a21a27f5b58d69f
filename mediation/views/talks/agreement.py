"""The customer reads the exact document and signs it with a one-time code."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from collections_app.models import AccessSession
from collections_app.services import clock, signing_codes
from collections_app.services.errors import RefusedError
from collections_app.views.access import address_of
from collections_app.views.customer_pages import own_page, show
from mediation.forms.signing import CustomerSignForm, RefuseForm
from mediation.gateways.signing import certificates
from mediation.models import AgreementDraft, Mediation
from mediation.services import checking, signing
from mediation.services.refusals import sentences
from mediation.views.drafts import pdf_answer
from mediation.views.talks.overview import access

METHODS = ["GET", "HEAD", "POST"]


def draft_of(mediation: Mediation) -> AgreementDraft | None:
    """Return the version that waits for signatures or is in force; a version replaced or dropped is not shown."""
    rows = AgreementDraft.objects.filter(mediation=mediation, state__in=["open", "in_force"])
    rows = rows.select_related("mediation", "account", "agreement__arrangement").prefetch_related("instalments")
    return rows.order_by("-version").first()


@own_page
@require_http_methods(METHODS)
def agreement(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Show the document with its SHA-256; send a code (``code``), sign with it (``sign``) or ``refuse``."""
    mediation = access(session, mediation_id)
    row = draft_of(mediation)
    if row is None:
        return redirect("talks:talks", mediation_id)
    form = CustomerSignForm(initial={"sha256": row.sha256})
    refusal = RefuseForm(initial={"sha256": row.sha256}, auto_id="refuse_%s")
    problems: list[str] = []
    status = 200
    if request.method == "POST" and "code" in request.POST:
        problems, status = _ask_code(session, mediation_id, request.POST.get("sha256", ""))
        if status == 200:
            return redirect(f"{request.path}?sent=1#sign")
    elif request.method == "POST" and "refuse" in request.POST:
        refusal = RefuseForm(request.POST, auto_id="refuse_%s")
        problems, status = _refuse(session, mediation_id, refusal)
        if status == 200:
            return redirect("talks:talks", mediation_id)
    elif request.method == "POST":
        form = CustomerSignForm(request.POST)
        problems, status = _sign(request, session, mediation_id, form)
        if status == 200:
            return redirect(request.path)
    row = draft_of(mediation) or row
    signed = row.signatures.filter(signatory="customer").first()
    context = {
        "mediation": mediation,
        "draft": row,
        "checked": checking.check(row),
        "form": form,
        "refusal": refusal,
        "problems": problems,
        "sent": "sent" in request.GET or bool(form.data),
        "signed": signed,
        "certificate": certificates.read(signed.certificate) if signed else None,
    }
    return show(
        request,
        "mediation/talks/agreement.html",
        context,
        status=status,
        session=session,
        time_zone=session.customer.time_zone,
    )


def _ask_code(session: AccessSession, mediation_id: int, sha256: str) -> tuple[list[str], int]:
    """Send a code to sign with; return what is in the way and the status."""
    try:
        signing.ask_code(session=session, mediation_id=mediation_id, sha256=sha256, now=clock.now())
    except RefusedError as error:
        return sentences(error), 409
    return [], 200


def _sign(
    request: HttpRequest, session: AccessSession, mediation_id: int, form: CustomerSignForm
) -> tuple[list[str], int]:
    """Sign as the form says; return what is in the way and the status."""
    if not form.is_valid():
        return [], 400
    data = form.cleaned_data
    hand = signing.Hand(data["sha256"], data["name"], data["strokes"], address_of(request))
    try:
        made = signing.sign_as_customer(
            session=session, mediation_id=mediation_id, hand=hand, typed=data["typed"], now=clock.now()
        )
    except RefusedError as error:
        return sentences(error), 409
    if made is not None:
        return [], 200
    stop = signing_codes.stop_of(customer=session.customer, now=clock.now())
    return sentences(stop) if stop else [str(form.REFUSED)], 403


def _refuse(session: AccessSession, mediation_id: int, form: RefuseForm) -> tuple[list[str], int]:
    """End the talks unsigned; return what is in the way and the status."""
    if not form.is_valid():
        return [], 400
    sha256 = form.cleaned_data["sha256"]
    try:
        signing.refuse(customer_id=session.customer_id, mediation_id=mediation_id, sha256=sha256, now=clock.now())
    except RefusedError as error:
        return sentences(error), 409
    return [], 200


@own_page
@require_safe
def document(request: HttpRequest, *, mediation_id: int, session: AccessSession) -> HttpResponse:
    """Send the document the customer reads and signs."""
    row = draft_of(access(session, mediation_id))
    if row is None:
        raise Http404
    return pdf_answer(row)
