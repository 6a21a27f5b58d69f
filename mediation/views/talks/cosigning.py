"""What a co-borrower or guarantor reads and signs: the agreement and nothing else of the customer's."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from collections_app.models import AccessSession
from collections_app.services import clock, signing_codes
from collections_app.services.errors import RefusedError
from collections_app.views.access import address_of
from collections_app.views.customer_pages import show, signing_page
from mediation.forms.signing import CustomerSignForm
from mediation.gateways.signing import certificates
from mediation.models import DraftParty
from mediation.selectors import parties
from mediation.services import checking, cosigning
from mediation.services.hands import Hand
from mediation.services.refusals import sentences
from mediation.views.drafts import pdf_answer

METHODS = ["GET", "HEAD", "POST"]


def _own(session: AccessSession, draft_id: int) -> DraftParty:
    """Return this person's place in a version that waits for signatures or is in force, or 404."""
    found = parties.papers_of(person_id=session.customer_id).filter(draft_id=draft_id).first()
    if found is None:
        raise Http404
    return found


@signing_page
@require_safe
def papers(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show what waits for this person's signature; a single one at once."""
    rows = list(parties.papers_of(person_id=session.customer_id))
    if len(rows) == 1:
        return redirect("cosign:paper", rows[0].draft_id)
    return show(
        request,
        "mediation/talks/papers.html",
        {"rows": rows, "signed_in": False},
        session=session,
        time_zone=session.customer.time_zone,
    )


@signing_page
@require_http_methods(METHODS)
def paper(request: HttpRequest, *, draft_id: int, session: AccessSession) -> HttpResponse:
    """Show the agreement with its SHA-256; send a code (``code``), or sign with it (``sign``)."""
    row = _own(session, draft_id)
    form = CustomerSignForm(initial={"sha256": row.draft.sha256})
    problems: list[str] = []
    status = 200
    if request.method == "POST" and "code" in request.POST:
        try:
            cosigning.ask_code(
                session=session, draft_id=draft_id, sha256=request.POST.get("sha256", ""), now=clock.now()
            )
            return redirect(f"{request.path}?sent=1#sign")
        except RefusedError as error:
            problems, status = sentences(error), 409
    elif request.method == "POST":
        form = CustomerSignForm(request.POST)
        problems, status = _sign(request, session, draft_id, form)
        if status == 200:
            return redirect(request.path)
    signed = row.draft.signatures.filter(person_id=session.customer_id).first()
    context = {
        # The links of an own account's page are not for whoever came to sign somebody else's paper.
        "signed_in": False,
        "party": row,
        "mediation": row.draft.mediation,
        "account": row.draft.account,
        "draft": row.draft,
        "checked": checking.check(row.draft),
        "form": form,
        "problems": problems,
        "sent": "sent" in request.GET or bool(form.data),
        "signed": signed,
        "certificate": certificates.read(signed.certificate) if signed else None,
    }
    return show(
        request,
        "mediation/talks/paper.html",
        context,
        status=status,
        session=session,
        time_zone=session.customer.time_zone,
    )


def _sign(request: HttpRequest, session: AccessSession, draft_id: int, form: CustomerSignForm) -> tuple[list[str], int]:
    """Sign as the form says; return what is in the way and the status."""
    if not form.is_valid():
        return [], 400
    data = form.cleaned_data
    hand = Hand(data["sha256"], data["name"], data["strokes"], address_of(request))
    try:
        made = cosigning.sign(session=session, draft_id=draft_id, hand=hand, typed=data["typed"], now=clock.now())
    except RefusedError as error:
        return sentences(error), 409
    if made is not None:
        return [], 200
    stop = signing_codes.stop_of(customer=session.customer, now=clock.now())
    return sentences(stop) if stop else [str(form.REFUSED)], 403


@signing_page
@require_safe
def document(request: HttpRequest, *, draft_id: int, session: AccessSession) -> HttpResponse:
    """Send the document this person reads and signs."""
    return pdf_answer(_own(session, draft_id).draft)
