"""Statement of account and certificate of settlement: issued by a click, read as PDF."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from collections_app.domain.issued import ISSUED_KINDS, IssuedKind
from collections_app.models import AccessSession, Account, IssuedDocument
from collections_app.selectors import issued as selectors
from collections_app.services import clock, records
from collections_app.services.errors import RefusedError
from collections_app.services.issued import keeping
from repayment.selectors import account_page
from repayment.services import requests
from repayment.views.account import show_account
from repayment.views.pages import own_page, post_only, show

# So many of those issued before are listed.
MOST = 20


@own_page
@require_safe
def listed(request: HttpRequest, *, session: AccessSession) -> HttpResponse:
    """Show what can be had about each account, the closed ones included, and what was issued before."""
    now = clock.now()
    page = account_page.read(customer_id=session.customer_id, now=now)
    accounts = list(Account.objects.filter(customer=page.customer).order_by("closed_in_core", "-overdue_fen", "id"))
    reasons = selectors.why_not_certified(customer=page.customer, accounts=accounts, now=now)
    context = {
        "page": page,
        "today": page.today,
        "offers": [] if page.is_silent else [(account, reasons[account.pk]) for account in accounts],
        "issued": selectors.of_customer(customer_id=session.customer_id, most=MOST),
    }
    return show(request, "documents.html", context, session=session, time_zone=page.customer.time_zone)


@own_page
@post_only
def issue(request: HttpRequest, account_id: int, kind: str, *, session: AccessSession) -> HttpResponse:
    """Issue a document about one account, and lead to it; the same state asked for again is the same document."""
    if kind not in ISSUED_KINDS:
        raise Http404
    try:
        document = keeping.issue(
            customer_id=session.customer_id,
            account_id=account_id,
            kind=kind,
            language=get_language() or "zh-hans",
            actor=records.CUSTOMER,
            now=clock.now(),
        )
    except RefusedError as error:
        if error.code == "no_such_account":
            raise Http404 from error
        return show_account(request, session, status=409, problem=error.code)
    return redirect("repayment:document", document.reference)


@own_page
@post_only
def ask(request: HttpRequest, account_id: int, *, session: AccessSession) -> HttpResponse:
    """Ask for a certificate that only a person can issue: of an account that has left the bank's books."""
    try:
        requests.ask(
            customer_id=session.customer_id,
            kind="document",
            account_id=account_id,
            text=ISSUED_KINDS[IssuedKind.SETTLEMENT].text(get_language() or "zh-hans"),
            now=clock.now(),
        )
    except RefusedError as error:
        if error.code == "no_such_account":
            raise Http404 from error
        return show_account(request, session, status=409, problem=error.code)
    return redirect("repayment:sent", "document")


@own_page
@require_safe
def document(request: HttpRequest, reference: str, *, session: AccessSession) -> HttpResponse:
    """Send a document that was issued to this customer, as it was issued."""
    found = IssuedDocument.objects.filter(reference=reference, customer_id=session.customer_id).first()
    if found is None:
        raise Http404
    name = f"{ISSUED_KINDS[found.kind].text(found.language)} {found.reference}.pdf"
    response = HttpResponse(keeping.content(found).read(), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    return response
